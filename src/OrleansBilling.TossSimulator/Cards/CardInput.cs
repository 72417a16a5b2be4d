namespace OrleansBilling.TossSimulator.Cards;

/// <summary>A card as a person types it. Used for one check and never stored: what is kept is <see cref="CardOnFile"/>.</summary>
/// <param name="Number">Digits only.</param>
/// <param name="ExpiryYear">YY.</param>
/// <param name="ExpiryMonth">MM.</param>
/// <param name="IdentityNumber">YYMMDD of birth, or the ten digits of a business number.</param>
/// <param name="Password2">First two digits of the password; the API may be called without.</param>
public sealed record CardInput(string Number, string ExpiryYear, string ExpiryMonth, string IdentityNumber, string Password2)
{
    // ToString of a record prints its members, and a card number must not reach a log.
    public override string ToString() => nameof(CardInput);
}

/// <summary>The card was not accepted for registration; no key was made.</summary>
/// <param name="code">Code of the API, for example INVALID_CARD_NUMBER. The registration window says REJECT_CARD_COMPANY for all of them.</param>
public sealed class CardRefusedException(string code) : Exception($"The card was refused: {code}")
{
    public string Code { get; } = code;
}
