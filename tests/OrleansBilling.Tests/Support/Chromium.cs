using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OrleansBilling.Tests.Support.Chromium))]

namespace OrleansBilling.Tests.Support;

/// <summary>
/// One headless Chromium for the whole test run: take it as a constructor parameter of the test class. It starts with the first page that
/// a test opens, so a run without browser tests starts none. The system's own browser is used; nothing is downloaded.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    public const int PhoneWidth = 390;

    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <param name="scripts">False: as a browser in which JavaScript is off.</param>
    public Task<IBrowserContext> DesktopAsync(string locale = "ko-KR", bool scripts = true) =>
        ContextAsync(new BrowserNewContextOptions
        {
            Locale = locale,
            ViewportSize = new ViewportSize { Width = 1280, Height = 800 },
            JavaScriptEnabled = scripts,
        });

    /// <summary>A phone as the site and the SDK see one: narrow, touch, mobile user agent.</summary>
    public Task<IBrowserContext> PhoneAsync(string locale = "ko-KR") =>
        ContextAsync(new BrowserNewContextOptions
        {
            Locale = locale,
            ViewportSize = new ViewportSize { Width = PhoneWidth, Height = 844 },
            DeviceScaleFactor = 2,
            IsMobile = true,
            HasTouch = true,
            UserAgent = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        });

    /// <param name="device"><c>desktop</c> or <c>phone</c>.</param>
    /// <param name="language"><c>ko</c> or <c>en</c>.</param>
    public Task<IBrowserContext> OpenAsync(string device, string language, bool desktopScripts = true)
    {
        string locale = language == "ko" ? "ko-KR" : "en-US";
        return device == "desktop" ? DesktopAsync(locale, desktopScripts) : PhoneAsync(locale);
    }

    /// <summary>Keeps a picture of the page when SCREENSHOT_DIR names a directory; otherwise does nothing.</summary>
    public static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOT_DIR") is { Length: > 0 } directory)
        {
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, name + ".png"), FullPage = true });
        }
    }

    /// <summary>Nobody has to scroll sideways.</summary>
    public static async Task AssertFitsAsync(IPage page) =>
        Assert.Equal(0, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"));

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowserContext> ContextAsync(BrowserNewContextOptions options)
    {
        IBrowserContext context = await (await BrowserAsync()).NewContextAsync(options);
        context.SetDefaultTimeout(15_000);
        return context;
    }

    private async Task<IBrowser> BrowserAsync()
    {
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_browser is null)
            {
                string program = Program();
                _playwright ??= await Playwright.CreateAsync();
                _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Flags });
            }
            return _browser;
        }
        finally
        {
            _starting.Release();
        }
    }

    // A missing browser fails the test: a skipped one would let a broken page pass.
    private static string Program()
    {
        string program = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } chosen ? chosen : "/usr/bin/chromium";
        return File.Exists(program)
            ? program
            : throw new InvalidOperationException(
                $"There is no browser at {program}. Install Chromium (Debian/Ubuntu: apt-get install chromium fonts-noto-cjk) or set CHROMIUM_PATH to its program.");
    }
}
