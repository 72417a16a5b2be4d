using OrleansBilling.TossSimulator;

// Settings by environment (TossSimulator__Urls=…) or command line (--TossSimulator:Urls …) over appsettings.json.
IConfigurationRoot configuration = new ConfigurationBuilder()
    .AddJsonFile("appsettings.json", optional: true)
    .AddEnvironmentVariables()
    .AddCommandLine(args)
    .Build();
TossSimulatorOptions options = configuration.GetSection(TossSimulatorOptions.Section).Get<TossSimulatorOptions>() ?? new();

await using WebApplication app = TossSimulatorHost.Build(options, builder =>
    builder.Logging.AddConfiguration(configuration.GetSection("Logging")).AddSimpleConsole());
await app.RunAsync();
