using Coracle.TestSupport;
using Npgsql;

namespace Coracle.IntegrationTests.Engine.Servers;

public sealed class PostgresTests(FixtureRegistry registry) : ServerTest(registry)
{
    private const string Ready = "database system is ready to accept connections";

    // The three forms of the image: OCI with gzip, Docker schema 2, zstd.
    [Theory]
    [InlineData("postgres:15")]
    [InlineData("postgres:docker")]
    [InlineData("postgres:zstd")]
    public async Task Postgres_FirstStart_MakesTheDatabaseAndAnswers(string image)
    {
        await using IContainer postgres = await Runtime.Containers.RunAsync(await SpecAsync(image), Token);
        // The server of the initialisation says so too.
        await WaitForLineAsync(postgres, Ready, times: 2);

        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"Host={SharedDirectory};Username=carrier;Password=secret;Database=parcels");
        await using (NpgsqlConnection connection = await source.OpenConnectionAsync(Token))
        {
            await using NpgsqlCommand fill = new("CREATE TABLE parcel AS SELECT generate_series(1, 10000) AS weight", connection);
            await fill.ExecuteNonQueryAsync(Token);
            await using NpgsqlCommand sum = new("SELECT sum(weight) FROM parcel", connection);
            (await sum.ExecuteScalarAsync(Token)).Should().Be(50_005_000L);
        }

        // The image's own stop signal is a fast shutdown.
        (await postgres.StopAsync(cancellationToken: Token)).Should().Be(ExitStatus.FromCode(0));
    }

    [Fact]
    public async Task Postgres_StartedAgain_HasItsData()
    {
        await using IContainer postgres = await Runtime.Containers.RunAsync(await SpecAsync("postgres:15"), Token);
        await WaitForLineAsync(postgres, Ready, times: 2);
        await QueryAsync("CREATE TABLE kept AS SELECT 42 AS answer");
        await postgres.StopAsync(cancellationToken: Token);

        await postgres.StartAsync(Token);
        await WaitForLineAsync(postgres, Ready, times: 3);
        (await QueryAsync("SELECT answer FROM kept")).Should().Be(42);
    }

    [Fact]
    public async Task Postgres_WithoutPassword_SaysWhyAndFails()
    {
        ContainerResult result = await RunAsync(new ContainerSpec(await Registry.GetImageAsync("postgres:15")));
        result.Status.Should().Be(ExitStatus.FromCode(1));
        result.StandardError.Should().Contain("superuser password is not specified");
    }

    private async Task<object?> QueryAsync(string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"Host={SharedDirectory};Username=carrier;Password=secret;Database=parcels;Pooling=false");
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Token);
    }

    private async Task<ContainerSpec> SpecAsync(string image) => new(await Registry.GetImageAsync(image))
    {
        Environment = new Dictionary<string, string>
        {
            ["POSTGRES_USER"] = "carrier",
            ["POSTGRES_PASSWORD"] = "secret",
            ["POSTGRES_DB"] = "parcels",
        },
        Mounts = [new BindMount(SharedDirectory, "/var/run/postgresql")],
    };
}
