using OrleansBilling.Simulation.Engine;
using OrleansBilling.Simulation.Runs;

CommandLine line;
try
{
    line = CommandLine.Parse(args);
}
catch (FormatException error)
{
    Console.Error.WriteLine($"{error.Message} --help says more.");
    return 2;
}

if (line.WantsHelp)
{
    Console.WriteLine(CommandLine.Help);
    return 0;
}

Runner runner = new(line.Years, new Defects(), Console.Out);
bool holds = line switch
{
    { Trace: true, Seed: { } seed } => runner.Trace(seed),
    { Seed: { } seed } => runner.Run(seed, 1),
    _ => runner.Run(line.FirstSeed, line.Seeds ?? 1000),
};
return holds ? 0 : 1;
