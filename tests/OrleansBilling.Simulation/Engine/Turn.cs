namespace OrleansBilling.Simulation.Engine;

/// <summary>One message to an activation. Messages are handled one at a time.</summary>
/// <param name="Done">Called at its end, with the exception that its caller sees or null; never called when the process dies before.</param>
internal sealed record Turn(string Name, Func<Activation, Task> Body, Action<Exception?> Done);

/// <summary>A fault of storage, reminders or read side, as the code under test sees it.</summary>
internal sealed class InjectedException(string message) : Exception(message);
