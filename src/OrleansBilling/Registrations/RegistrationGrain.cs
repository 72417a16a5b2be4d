using System.Security.Cryptography;
using System.Text;
using OrleansBilling.Catalog;
using OrleansBilling.Clock;
using OrleansBilling.Domain;
using OrleansBilling.Installations;
using OrleansBilling.Security;
using OrleansBilling.Storage;
using OrleansBilling.Subscriptions;
using OrleansBilling.Toss;

namespace OrleansBilling.Registrations;

/// <summary>
/// Walks one registration through its steps, storing each before the next. What is sent to the provider is sent under the registration's own id as idempotency key, so that
/// a crash, a reload or a second click repeats the same exchange and gets the same billing key.
/// </summary>
internal sealed partial class RegistrationGrain(
    [PersistentState("registration", StorageNames.Billing)] IPersistentState<StoredRegistration> stored,
    TossClient toss,
    SecretCipher secrets,
    BillingKeyCipher billingKeys,
    InstallationStamp stamp,
    ProductCatalog catalog,
    ChargePolicy policy,
    [FromKeyedServices(BillingClock.Key)] TimeProvider billingClock,
    TimeProvider realTime,
    ILogger<RegistrationGrain> logger)
    : Grain, IRegistrationGrain, IRemindable
{
    private const string ReminderName = "resume";

    private const int MaxTransientRefusals = 3;

    // How long a person's browser is kept waiting for the first charge; after that the page looks again by itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    // The authKey lives for minutes at the provider, and idempotency keys for 15 days: what is not through by then never will be.
    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromDays(14);

    // What the SDK's fail redirect may say. Anything else came from somebody else and is not kept.
    private static readonly HashSet<string> SdkCodes = ["PAY_PROCESS_CANCELED", "PAY_PROCESS_ABORTED", "REJECT_CARD_COMPANY", "USER_CANCEL"];

    private Task? _work;

    private StoredRegistration State => stored.State;

    private string Merchant => GrainKeys.Split(this.GetPrimaryKeyString()).Merchant;

    private string Id => GrainKeys.Split(this.GetPrimaryKeyString()).Id;

    private string SubscriptionId => State.Opened!.SubscriptionId ?? PrefixedId.Derive("sub", Id);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StoredForm.Check(this.GetPrimaryKeyString(), State.MinReader, StoredRegistration.CurrentVersion);
        return Task.CompletedTask;
    }

    public async Task<RegistrationView> OpenAsync(OpenRegistration command)
    {
        if (State.Opened is null)
        {
            await CheckAsync(command);
            await StoreAsync(State with
            {
                Opened = command,
                OpenedAt = billingClock.GetUtcNow(),
                Nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
                CustomerKey = await GrainFactory.Customer(Merchant, command.CustomerId).CustomerKeyAsync(),
            });
        }
        else if (State.Opened != command)
        {
            throw new InvalidOperationException($"{Id} was opened with other content.");
        }

        return await ToViewAsync();
    }

    public async Task<RegistrationView?> ViewAsync(string customerId) => IsOf(customerId) ? await ToViewAsync() : null;

    public async Task<StoreAuthKeyAnswer> StoreAuthKeyAsync(StoreAuthKey command)
    {
        if (!IsOf(command.CustomerId) || !Same(command.Nonce, State.Nonce) || !Same(command.CustomerKey, State.CustomerKey) || command.AuthKey.Length is 0 or > 300)
        {
            Log.ForeignReturn(logger, Id);
            return StoreAuthKeyAnswer.NotYours;
        }

        if (State.Step != RegistrationStep.Open)
        {
            return StoreAuthKeyAnswer.AlreadyStored;
        }

        await StoreAsync(State with
        {
            Step = RegistrationStep.Returned,
            EncryptedAuthKey = secrets.Encrypt(SecretContext.AuthKey(Merchant, Id), command.AuthKey).ToStored(),
            FailureCode = null,
        });
        return StoreAuthKeyAnswer.Stored;
    }

    public async Task RecordFailureAsync(string customerId, string nonce, string code)
    {
        if (IsOf(customerId) && Same(nonce, State.Nonce) && State.Step == RegistrationStep.Open && SdkCodes.Contains(code) && State.FailureCode != code)
        {
            await StoreAsync(State with { FailureCode = code });
        }
    }

    public async Task<RegistrationView> CompleteAsync(string customerId)
    {
        if (!IsOf(customerId))
        {
            throw new UnauthorizedAccessException($"{Id} is not this customer's.");
        }

        long start = realTime.GetTimestamp();
        if (State.Step is RegistrationStep.Returned or RegistrationStep.Exchanged)
        {
            await Task.WhenAny(Work(), Task.Delay(Patience, realTime));
        }

        return await SettledViewAsync(start);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ = Work(); // A tick does not wait for the provider.
        return Task.CompletedTask;
    }

    /// <summary>The view once the first charge has an outcome, or as it is when patience ends.</summary>
    /// <param name="start">Since when the caller waits.</param>
    private async Task<RegistrationView> SettledViewAsync(long start)
    {
        RegistrationView view = await ToViewAsync();
        while (view.Status == RegistrationStatus.Charging && State.Step == RegistrationStep.Done && realTime.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(LookEvery, realTime);
            view = await ToViewAsync();
        }

        return view;
    }

    private async Task<RegistrationView> ToViewAsync()
    {
        OpenRegistration opened = State.Opened!;
        RegistrationStatus status = State.Step switch
        {
            RegistrationStep.Open => RegistrationStatus.Open,
            RegistrationStep.Returned => State.Confirmed ? RegistrationStatus.Charging : RegistrationStatus.Returned,
            RegistrationStep.Exchanged => RegistrationStatus.Charging,
            RegistrationStep.Refused => RegistrationStatus.Refused,
            _ => await OutcomeAsync(opened),
        };
        bool known = opened.SubscriptionId is not null || State.Step == RegistrationStep.Done;
        return new RegistrationView(
            Id, opened.Purpose, status, State.Nonce, State.CustomerKey, opened.PlanId, opened.PlanVersion, known ? SubscriptionId : null, State.FailureCode, State.ExistingSubscriptionId);
    }

    private async Task<RegistrationStatus> OutcomeAsync(OpenRegistration opened)
    {
        SubscriptionView? view = await GrainFactory.Subscription(Merchant, SubscriptionId).ViewAsync();
        return view switch
        {
            { PaymentInProgress: true } => RegistrationStatus.Charging,
            { Status: SubscriptionStatus.Incomplete or SubscriptionStatus.PastDue, OpenInvoice: not null } => RegistrationStatus.Declined,
            { EndReason: EndReason.FirstPaymentFailed or EndReason.PaymentFailed } => RegistrationStatus.Declined,
            _ => RegistrationStatus.Completed,
        };
    }

    private async Task CheckAsync(OpenRegistration command)
    {
        bool sound = command.Purpose switch
        {
            RegistrationPurpose.Subscribe => command is { PlanId: not null, SubscriptionId: null } && PlanOf(command).PriceKrw == command.PriceKrw,
            RegistrationPurpose.ReplaceCard => command is { PlanId: null, SubscriptionId: { } id } && (await GrainFactory.Subscription(Merchant, id).ViewAsync())?.CustomerId == command.CustomerId,
            _ => false,
        };
        if (!sound)
        {
            throw new ArgumentException("A registration is for a plan at its own price, or for another card of one's own subscription.", nameof(command));
        }
    }

    private Plan PlanOf(OpenRegistration opened) =>
        catalog.Find(opened.PlanId!, opened.PlanVersion) ?? throw new ArgumentException($"There is no plan {opened.PlanId} version {opened.PlanVersion}.", nameof(opened));

    private static bool IsTransient(string code) => ProviderCodes.Classify(code) is CodeClass.Transient or CodeClass.TransientThenSoft or CodeClass.InProgress;

    private bool IsOf(string customerId) => State.Opened?.CustomerId == customerId;

    /// <summary>Compared in constant time: the nonce is a secret.</summary>
    private static bool Same(string given, string kept) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(kept));

    private Task StoreAsync(StoredRegistration next) => stored.WriteOrDropAsync(next, this);
}
