using OrleansBilling;

return await BillingApp.RunAsync(args);
