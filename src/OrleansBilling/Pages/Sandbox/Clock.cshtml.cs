using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using NodaTime;
using OrleansBilling.Clock;
using OrleansBilling.Resources;
using OrleansBilling.Site;

namespace OrleansBilling.Pages.Sandbox;

/// <summary>Moves the test clock, and shows how far its walk is until it is done. With a live key there is no such page.</summary>
public sealed class ClockModel(TestClockWalk walk, SiteFacts site, IStringLocalizer<Texts> texts) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    /// <summary>A day of the merchant's zone, yyyy-MM-dd; the clock goes to its end, so that all its charges are made.</summary>
    [BindProperty]
    public string? Day { get; set; }

    public TestClockWalkStatus Status { get; private set; } = null!;

    /// <summary>Where the "back" link leads.</summary>
    public string Back => LocalUrl.OrHome(ReturnUrl);

    /// <summary>This page again, as the browser asks for it while the walk is under way.</summary>
    public string Again => Url.Page("/Sandbox/Clock", new { ReturnUrl = Back })!;

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => ShowAsync(cancellationToken);

    public Task<IActionResult> OnPostDayAsync(CancellationToken cancellationToken) => WalkAsync(LaterBy(Period.FromDays(1)), cancellationToken);

    public Task<IActionResult> OnPostMonthAsync(CancellationToken cancellationToken) => WalkAsync(LaterBy(Period.FromMonths(1)), cancellationToken);

    public async Task<IActionResult> OnPostNextAsync(CancellationToken cancellationToken)
    {
        if (await walk.NextDueAsync(cancellationToken) is { } due)
        {
            return await WalkAsync(_ => due, cancellationToken);
        }

        ModelState.AddModelError("", texts["clock.error.nothingDue"]);
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostDateAsync(CancellationToken cancellationToken)
    {
        if (DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return await WalkAsync(_ => Zone.AtStartOfDay(LocalDate.FromDateOnly(day).PlusDays(1)).ToDateTimeOffset(), cancellationToken);
        }

        ModelState.AddModelError(nameof(Day), texts["clock.error.date"]);
        return await ShowAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostStopAsync(CancellationToken cancellationToken)
    {
        await walk.StopAsync(cancellationToken);
        return Redirect(Again);
    }

    private DateTimeZone Zone => DateTimeZoneProviders.Tzdb[site.ZoneId];

    private Func<DateTimeOffset, DateTimeOffset> LaterBy(Period period) => now =>
        Zone.AtLeniently(Instant.FromDateTimeOffset(now).InZone(Zone).LocalDateTime + period).ToDateTimeOffset();

    private async Task<IActionResult> WalkAsync(Func<DateTimeOffset, DateTimeOffset> target, CancellationToken cancellationToken)
    {
        TestClockWalkStatus status = (await walk.StatusAsync(cancellationToken))!;
        TestClockAnswer answer = await walk.StartAsync(target(status.Now), cancellationToken);
        if (answer == TestClockAnswer.Started)
        {
            return Redirect(Again);
        }

        ModelState.AddModelError("", answer switch
        {
            TestClockAnswer.Backwards => texts["clock.error.backwards"],
            TestClockAnswer.AlreadyWalking => texts["clock.error.walking"],
            TestClockAnswer.TooFar => texts["clock.error.tooFar"],
            _ => texts["account.error.again"],
        });
        return await ShowAsync(cancellationToken);
    }

    private async Task<IActionResult> ShowAsync(CancellationToken cancellationToken)
    {
        Status = (await walk.StatusAsync(cancellationToken))!;
        return Page();
    }
}
