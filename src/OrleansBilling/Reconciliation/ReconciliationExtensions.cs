namespace OrleansBilling.Reconciliation;

internal static class ReconciliationExtensions
{
    /// <summary>The daily comparison with the provider's transaction list, and the questions that operators ask of it. Needs storage, installation, the provider's client and the clock.</summary>
    public static TBuilder AddReconciliation<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<ReconciliationOptions>().BindConfiguration(ReconciliationOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<OurBooks>();
        services.AddSingleton<Mender>();
        services.AddSingleton<ReconciliationStore>();
        services.AddSingleton<DayReconciler>();
        services.AddHostedService<ReconciliationSchedule>();
        return builder;
    }
}
