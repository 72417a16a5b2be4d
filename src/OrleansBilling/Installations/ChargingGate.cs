namespace OrleansBilling.Installations;
public sealed record GateAnswer(bool Allowed, string? Reason);
public sealed class ChargingGate { public GateAnswer MaySend() => new(true, null); }
