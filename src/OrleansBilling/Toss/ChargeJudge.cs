using System.Text.Json;
using OrleansBilling.Domain;

namespace OrleansBilling.Toss;

/// <summary>Decides whether a 200 to a charge is our money. Anything in doubt is a contradiction, which is looked up and never taken for paid.</summary>
internal static class ChargeJudge
{
    public static Outcome Judge(ChargeRequest charge, JsonElement body)
    {
        (ProviderPayment? payment, string? problem) = PaymentJson.Read(body);
        // The payment's type is left alone: it says BILLING today, and says nothing about money.
        string? contradiction = payment switch
        {
            null => problem,
            _ when payment.OrderId != charge.OrderId => "another order id",
            { Status: not "DONE" } => $"status {Shown(payment.Status)}",
            { Currency: not "KRW" } => "another currency than KRW",
            _ when payment.TotalKrw != charge.AmountKrw => $"{payment.TotalKrw} KRW instead of {charge.AmountKrw}",
            _ => null,
        };
        return contradiction is null
            ? new Outcome.ChargeApproved(charge.OrderId, payment!)
            : new Outcome.ChargeContradicted(charge.OrderId, contradiction);
    }

    // New states may appear at any time; what is not a word of the wire is not repeated.
    private static string Shown(string status) =>
        status.Length is > 0 and <= 40 && status.All(c => c is (>= 'A' and <= 'Z') or '_') ? status : "of unknown form";
}
