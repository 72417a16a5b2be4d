using System.ComponentModel.DataAnnotations;

namespace OrleansBilling;

/// <summary>The merchant whose subscriptions these are. Section <c>Merchant</c>.</summary>
public sealed class MerchantOptions
{
    public const string Section = "Merchant";

    /// <summary>Prefix of every grain key and order id. Never change it once customers exist. Default: <c>main</c>.</summary>
    [Required, RegularExpression("^[a-z][a-z0-9]{0,11}$")] public string Id { get; set; } = "main";

    /// <summary>IANA zone of the merchant's billing days. Default: Asia/Seoul.</summary>
    [Required] public string ZoneId { get; set; } = "Asia/Seoul";
}
