using OrleansBilling.TossSimulator.Cards;
using OrleansBilling.TossSimulator.State;

namespace OrleansBilling.TossSimulator.Browser;

/// <summary>
/// The registration window: <c>/sdk/register</c> checks the request and opens a window, whose own address then carries the form, the code and
/// the end. Works as a full page without a script; inside a frame its script hands the result to the page around it.
/// </summary>
internal sealed class RegistrationEndpoints(SimulatorState state)
{
    private readonly RegistrationWindows _windows = new();

    public void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder register = routes.MapGroup("/sdk/register");
        register.MapGet("", Open);
        register.MapGet("/{id}", Show);
        register.MapPost("/{id}/card", AcceptCardAsync);
        register.MapPost("/{id}/code", AcceptCodeAsync);
        register.MapPost("/{id}/cancel", Cancel);
    }

    private IResult Open(HttpContext context)
    {
        (RegistrationRequest? request, Refusal? refusal) = RegistrationRequest.Parse(context.Request.Query, key => state.KeySetOfClient(key) is not null);
        if (request is not null)
        {
            return Results.Redirect($"{context.Request.PathBase}/sdk/register/{_windows.Open(request).Id}");
        }
        // A refusal is shown and, inside a frame, told to the page that opened it. It is never sent on to failUrl: with a client key that
        // nobody knows, that would make the simulator forward anybody to anywhere.
        IQueryCollection query = context.Request.Query;
        string opener = ReturnUrl.IsOrigin(query["opener"]) ? query["opener"].ToString() : "";
        Markup page = RegistrationPages.Refused(Language.Of(context.Request), context.Request.PathBase, opener, query["flow"].ToString(), refusal!);
        return Layout.Send(context, page, StatusCodes.Status400BadRequest, opener.Length > 0 ? opener : "'none'");
    }

    private IResult Show(string id, HttpContext context)
    {
        if (_windows.Find(id) is not { End: null } window)
        {
            return Gone(context);
        }
        return window.Card is null
            ? CardPage(context, window, CardForm.Empty(window.Request.Owners[0]), new Dictionary<string, string>())
            : CodePage(context, window, wrongCode: false);
    }

    private async Task<IResult> AcceptCardAsync(string id, HttpContext context)
    {
        if (_windows.Find(id) is not { End: null } window)
        {
            return Gone(context);
        }
        CardForm card = CardForm.Read(await context.Request.ReadFormAsync(context.RequestAborted), window.Request.Owners);
        IReadOnlyDictionary<string, string> errors = card.Errors(state.Clock.GetUtcNow(), Language.Of(context.Request));
        if (errors.Count > 0)
        {
            return CardPage(context, window, card, errors);
        }
        window.Accept(card);
        return Results.LocalRedirect($"{context.Request.PathBase}/sdk/register/{id}");
    }

    private async Task<IResult> AcceptCodeAsync(string id, HttpContext context)
    {
        if (_windows.Find(id) is not { } window || window is { Card: null, End: null })
        {
            return Gone(context);
        }
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        return window.Confirm(form["code"].ToString().Trim(), Register) is { } end
            ? Finish(context, window.Request, end)
            : CodePage(context, window, wrongCode: true);
    }

    private IResult Cancel(string id, HttpContext context) =>
        _windows.Find(id) is { } window ? Finish(context, window.Request, window.Cancel()) : Gone(context);

    private RegistrationEnd Register(RegistrationRequest request, CardForm card)
    {
        try
        {
            return RegistrationWindow.Succeeded(request, state.CreateAuthKey(request.ClientKey, request.CustomerKey, card.ToInput()));
        }
        catch (CardRefusedException)
        {
            // The API would name the reason; the window has one code for all of them.
            return RegistrationWindow.Failed(request, Refusal.CardRejected);
        }
    }

    private static IResult Finish(HttpContext context, RegistrationRequest request, RegistrationEnd end)
    {
        if (!request.InFrame && end is RegistrationEnd.Leave leave)
        {
            // The address carries the authKey. Set by hand: Results.Redirect would log it.
            context.Response.Headers.Location = leave.Url;
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "no-store";
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        Markup page = RegistrationPages.HandOver(Language.Of(context.Request), context.Request.PathBase, request.Opener, request.Flow, end);
        return SendWindow(context, request, page);
    }

    private IResult CardPage(HttpContext context, RegistrationWindow window, CardForm card, IReadOnlyDictionary<string, string> errors) =>
        SendWindow(context, window.Request,
            RegistrationPages.Card(Language.Of(context.Request), context.Request.PathBase, window, card, state.Clock.GetUtcNow(), errors),
            errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    private static IResult CodePage(HttpContext context, RegistrationWindow window, bool wrongCode) =>
        SendWindow(context, window.Request, RegistrationPages.Code(Language.Of(context.Request), context.Request.PathBase, window, wrongCode),
            wrongCode ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    private static IResult Gone(HttpContext context) =>
        Layout.Send(context, RegistrationPages.Gone(Language.Of(context.Request), context.Request.PathBase), StatusCodes.Status410Gone);

    private static IResult SendWindow(HttpContext context, RegistrationRequest request, Markup page, int status = StatusCodes.Status200OK) =>
        Layout.Send(context, page, status,
            frameAncestors: request.InFrame ? request.Opener : "'none'",
            formTargets: request.InFrame ? "'self'" : $"'self' {request.Success.Origin} {request.Fail.Origin}");
}
