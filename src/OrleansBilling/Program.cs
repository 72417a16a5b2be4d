using OrleansBilling.Site;
using OrleansBilling.Storage;
using OrleansBilling.Toss;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.AddBillingStorage();
builder.AddToss();
builder.AddSite();

WebApplication app = builder.Build();
await app.PrepareStorageAsync();
await app.PrepareSiteAsync();
app.UseSite();
await app.RunAsync();
