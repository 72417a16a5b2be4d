using OrleansBilling.Simulation.Runs;

return Runner.Start(args);
