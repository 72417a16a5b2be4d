namespace OrleansBilling.Reports;

/// <summary>One payment attempt's end, as shown to the customer. Instants UTC, money KRW including VAT.</summary>
/// <param name="State"><c>approved</c>, <c>declined</c> or <c>refunded</c>.</param>
/// <param name="Code">The provider's decline code; null unless declined.</param>
/// <param name="ReceiptUrl">The provider's sales slip; null when there is none.</param>
public sealed record PaymentRow(int InvoiceNumber, string State, long AmountKrw, DateTimeOffset At, string? Code, string? ReceiptUrl);

/// <summary>One event of a subscription's life, newest first. <see cref="Type"/> e.g. <c>subscription.renewed</c>.</summary>
public sealed record EventRow(long Sequence, string Type, DateTimeOffset OccurredAt, string Actor);
