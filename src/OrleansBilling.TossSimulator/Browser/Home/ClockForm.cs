using System.Globalization;
using OrleansBilling.TossSimulator.Wire;

namespace OrleansBilling.TossSimulator.Browser.Home;

/// <summary>The virtual clock and the ways to move it. Only forwards, as the control API demands.</summary>
internal static class ClockForm
{
    public static Markup Of(Language language, SimulatorClock clock)
    {
        DateTimeOffset now = clock.GetUtcNow().ToOffset(KoreanTime.Offset);
        Markup Step(string label, DateTimeOffset to) =>
            $"""<button type="submit" name="offsetSeconds" value="{(long)(clock.Offset + (to - now)).TotalSeconds}">{label}</button>""";

        return $"""
            <section id="clock">
            <h2>{language.Say("가상 시계", "Virtual clock")}</h2>
            <p class="big">{HomeTexts.Time(now)} <span class="quiet">KST</span></p>
            <p>{language.Say("실제 시각보다 앞선 시간:", "Ahead of real time by:")} <b>{Ahead(language, clock.Offset)}</b></p>
            <form data-api="/simulator/clock" class="row">
              {Step(language.Say("+1시간", "+1 hour"), now.AddHours(1))}
              {Step(language.Say("+1일", "+1 day"), now.AddDays(1))}
              {Step(language.Say("+1개월", "+1 month"), now.AddMonths(1))}
              {Step(language.Say("+1년", "+1 year"), now.AddYears(1))}
            </form>
            <p class="quiet">{language.Say(
                "앞으로만 움직여요. 결제 프로그램과 함께 쓸 때는 그쪽의 테스트 시계를 움직여 주세요. 두 시계가 함께 가요.",
                "Forwards only. When used with a billing program, move that program's test clock instead: it takes this one along.")}</p>
            </section>
            """;
    }

    private static string Ahead(Language language, TimeSpan offset)
    {
        string days = offset.Days.ToString("N0", CultureInfo.InvariantCulture);
        string rest = offset.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture);
        return language.Say($"{days}일 {rest}", $"{days} days {rest}");
    }
}
