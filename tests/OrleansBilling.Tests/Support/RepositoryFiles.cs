namespace OrleansBilling.Tests.Support;

/// <summary>Files of the repository that a test serves or checks.</summary>
internal static class RepositoryFiles
{
    public static string PathTo(string relative)
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "OrleansBilling.sln")))
            {
                return Path.Combine(directory.FullName, relative);
            }
        }
        throw new InvalidOperationException($"The tests run outside of the repository: no OrleansBilling.sln above {AppContext.BaseDirectory}.");
    }
}
