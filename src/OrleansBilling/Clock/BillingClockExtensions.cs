using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Reminders;

namespace OrleansBilling.Clock;

public static class BillingClockExtensions
{
    /// <summary>
    /// Registers the clock <see cref="BillingClock.Key"/> and <see cref="TestClockWalk"/>. In a sandbox Orleans' reminders follow the same clock, given
    /// <see cref="UseBillingClock"/>. The default TimeProvider stays real.
    /// </summary>
    public static TBuilder AddBillingClock<TBuilder>(this TBuilder builder, BillingClockOptions options)
        where TBuilder : IHostApplicationBuilder
    {
        IServiceCollection services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        if (!options.Movable)
        {
            services.AddKeyedSingleton(BillingClock.Key, TimeProvider.System);
            services.AddSingleton(new TestClockWalk());
            return builder;
        }

        services.AddSingleton<TestClock>();
        services.AddSingleton<TestClockStore>();
        services.AddSingleton<DueReminders>();
        services.AddSingleton<TestClockWalker>();
        services.AddSingleton<TestClockFollower>();
        services.AddHostedService(provider => provider.GetRequiredService<TestClockFollower>());
        services.AddKeyedSingleton<TimeProvider>(BillingClock.Key, (provider, _) => provider.GetRequiredService<TestClock>());
        services.AddKeyedSingleton<TimeProvider>(ReminderTimeProviderNames.Reminders, (provider, _) => provider.GetRequiredService<TestClock>());
        services.AddSingleton(provider => new TestClockWalk(
            provider.GetRequiredService<TestClock>(),
            provider.GetRequiredService<TestClockStore>(),
            provider.GetRequiredService<TestClockWalker>(),
            provider.GetRequiredService<DueReminders>()));
        // A jump is not a stall: the reminder service's timer says at every one that it fired a month late.
        builder.Logging.AddFilter("Orleans.Runtime.AsyncTimer.ReminderService.ReminderListRefresher", LogLevel.Error);
        return builder;
    }

    /// <summary>Lets the walk know what the reminder service has loaded. To be called after the reminder storage was chosen; without a sandbox it does nothing.</summary>
    public static ISiloBuilder UseBillingClock(this ISiloBuilder silo)
    {
        IServiceCollection services = silo.Services;
        if (!services.Any(service => service.ServiceType == typeof(TestClock)))
        {
            return silo;
        }

        ServiceDescriptor table = services.Last(service => service.ServiceType == typeof(IReminderTable));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<LoadedReminders>(provider, provider.GetRequiredService<TestClock>()));
        services.Replace(ServiceDescriptor.Singleton<IReminderTable>(provider => new LoadedReminders.Table(
            (IReminderTable)(table.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, table.ImplementationType!)),
            provider.GetRequiredService<LoadedReminders>())));
        return silo;
    }

    /// <summary>Puts this process on the clock of the database. To be awaited after the storage was prepared and before the host is run.</summary>
    public static async Task PrepareBillingClockAsync(this IHost host)
    {
        if (host.Services.GetService<TestClockFollower>() is { } follower)
        {
            await follower.SyncAsync(CancellationToken.None);
        }
    }
}
