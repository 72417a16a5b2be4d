using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>How a registration ended: the buyer's browser goes to one of the merchant's addresses, or the frame just closes.</summary>
internal abstract record RegistrationEnd
{
    private RegistrationEnd()
    {
    }

    internal sealed record Leave(string Url) : RegistrationEnd;

    /// <summary>Given up inside a frame: the SDK's promise is rejected with USER_CANCEL, and no address is called.</summary>
    internal sealed record Closed : RegistrationEnd;
}

/// <summary>One open registration window: card form, then the code from the text message, then its end. Kept in memory only.</summary>
internal sealed class RegistrationWindow(RegistrationRequest request)
{
    /// <summary>The code that the sandbox of Toss accepts.</summary>
    public const string SandboxCode = "000000";

    /// <summary>Wrong codes after which the registration is aborted. Toss publishes no number: an assumption.</summary>
    public const int CodeTries = 3;

    private readonly Lock _gate = new();
    private int _wrongCodes;

    /// <summary>Random: knowing it is what allows a browser to go on with this window.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public RegistrationRequest Request => request;

    /// <summary>The accepted card; null while the card form is the step, and again at the end, when nobody needs it any more.</summary>
    public CardForm? Card { get; private set; }

    public RegistrationEnd? End { get; private set; }

    public int CodeTriesLeft => CodeTries - _wrongCodes;

    public void Accept(CardForm card)
    {
        lock (_gate)
        {
            if (End is null)
            {
                Card = card;
            }
        }
    }

    /// <summary>
    /// Checks the code and, when it is right, asks for an authKey: exactly once, also for a double click. Null means that the code was
    /// wrong and another may be tried.
    /// </summary>
    public RegistrationEnd? Confirm(string code, Func<RegistrationRequest, CardForm, RegistrationEnd> register)
    {
        lock (_gate)
        {
            if (End is not null || Card is null)
            {
                return End;
            }
            if (code == SandboxCode)
            {
                return Finish(register(request, Card));
            }
            _wrongCodes++;
            return CodeTriesLeft > 0 ? null : Finish(Failed(request, Refusal.Aborted));
        }
    }

    public RegistrationEnd Cancel()
    {
        lock (_gate)
        {
            return End ?? Finish(request.InFrame ? new RegistrationEnd.Closed() : Failed(request, Refusal.Canceled));
        }
    }

    public static RegistrationEnd Succeeded(RegistrationRequest request, string authKey) =>
        new RegistrationEnd.Leave(request.Success.With(("customerKey", request.CustomerKey), ("authKey", authKey)));

    public static RegistrationEnd Failed(RegistrationRequest request, Refusal refusal) =>
        new RegistrationEnd.Leave(request.Fail.With(("code", refusal.Code), ("message", refusal.Message)));

    private RegistrationEnd Finish(RegistrationEnd end)
    {
        Card = null;
        return End = end;
    }
}

/// <summary>The windows that are open. Bounded: anybody can open one, so the oldest give way.</summary>
internal sealed class RegistrationWindows
{
    private const int Limit = 500;

    private readonly ConcurrentDictionary<string, RegistrationWindow> _windows = new();
    private readonly ConcurrentQueue<string> _oldestFirst = new();

    public RegistrationWindow Open(RegistrationRequest request)
    {
        RegistrationWindow window = new(request);
        _windows[window.Id] = window;
        _oldestFirst.Enqueue(window.Id);
        while (_windows.Count > Limit && _oldestFirst.TryDequeue(out string? oldest))
        {
            _windows.TryRemove(oldest, out _);
        }
        return window;
    }

    public RegistrationWindow? Find(string id) => _windows.GetValueOrDefault(id);
}
