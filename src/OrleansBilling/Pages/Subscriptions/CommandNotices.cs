using OrleansBilling.Subscriptions;

namespace OrleansBilling.Pages.Subscriptions;

internal static class CommandNotices
{
    /// <summary>Key of the sentence that tells what became of a command: <c>sub.notice.{command}.accepted</c>, …<c>.deferred</c>, …<c>.refused</c>.</summary>
    public static string TextKey(string command, CommandAnswer answer) => $"sub.notice.{command}.{answer.Status switch
    {
        CommandStatus.Accepted => "accepted",
        CommandStatus.Deferred => "deferred",
        _ => "refused",
    }}";
}
