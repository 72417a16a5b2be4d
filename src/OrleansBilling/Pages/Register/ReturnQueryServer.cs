using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansBilling.Pages.Register;

/// <summary>
/// Stands between the web server and the application, so that <see cref="ReturnQuery.TakeFrom"/> runs before the host writes its "Request starting" line,
/// starts the request's trace, or calls a diagnostic listener. A middleware would be too late: all three read the query before the first one runs.
/// </summary>
internal sealed class ReturnQueryServer(IServer inner) : IServer
{
    public IFeatureCollection Features => inner.Features;

    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken) where TContext : notnull =>
        inner.StartAsync(new Application<TContext>(application), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => inner.StopAsync(cancellationToken);

    public void Dispose() => inner.Dispose();

    private sealed class Application<TContext>(IHttpApplication<TContext> next) : IHttpApplication<TContext> where TContext : notnull
    {
        public TContext CreateContext(IFeatureCollection contextFeatures)
        {
            ReturnQuery.TakeFrom(contextFeatures);
            return next.CreateContext(contextFeatures);
        }

        public Task ProcessRequestAsync(TContext context) => next.ProcessRequestAsync(context);

        public void DisposeContext(TContext context, Exception? exception) => next.DisposeContext(context, exception);
    }
}

internal static class ReturnQueryServiceCollectionExtensions
{
    /// <summary>Keeps the query strings of the card-registration return pages out of logs and traces. Call it after the web server was added.</summary>
    public static IServiceCollection AddReturnQueryGuard(this IServiceCollection services)
    {
        ServiceDescriptor server = services.LastOrDefault(d => d.ServiceType == typeof(IServer))
            ?? throw new InvalidOperationException("AddReturnQueryGuard needs a web server to stand before.");
        services.Remove(server);
        return services.AddSingleton<IServer>(provider => new ReturnQueryServer(Create(server, provider)));
    }

    private static IServer Create(ServiceDescriptor server, IServiceProvider provider) =>
        (IServer)(server.ImplementationInstance ?? server.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, server.ImplementationType!));
}
