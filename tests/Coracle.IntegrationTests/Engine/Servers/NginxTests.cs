using System.Net;
using System.Net.Sockets;
using Coracle.TestSupport;

namespace Coracle.IntegrationTests.Engine.Servers;

public sealed class NginxTests(FixtureRegistry registry) : ServerTest(registry)
{
    [Fact]
    public async Task Nginx_ServesItsPageAndLogsTheRequest()
    {
        using TempDirectory configuration = new();
        string site = Path.Combine(configuration.Path, "default.conf");
        await File.WriteAllTextAsync(site, "server { listen unix:/run/shared/web.sock; root /usr/share/nginx/html; }\n", Token);
        File.SetUnixFileMode(SharedDirectory, (UnixFileMode)0x1FF);
        await using IContainer nginx = await Runtime.Containers.RunAsync(
            new ContainerSpec(await Registry.GetImageAsync("nginx:latest"))
            {
                Mounts =
                [
                    new BindMount(SharedDirectory, "/run/shared"),
                    new BindMount(site, "/etc/nginx/conf.d/default.conf") { ReadOnly = true },
                ],
            },
            Token);

        using HttpClient client = new(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        using HttpResponseMessage page = await client.GetAsync(new Uri("http://nginx/index.html"), Token);
        page.StatusCode.Should().Be(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync(Token)).Should().Contain("nginx");
        await WaitForLineAsync(nginx, "GET /index.html HTTP/1.1\" 200");

        (await nginx.StopAsync(cancellationToken: Token)).Should().Be(ExitStatus.FromCode(0), "SIGQUIT is its graceful end");
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The socket's file appears with bind(2): from then on the kernel queues who connects.
        string path = Path.Combine(SharedDirectory, "web.sock");
        using (FileSystemWatcher watcher = new(SharedDirectory) { EnableRaisingEvents = true })
        {
            TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);
            watcher.Created += (_, _) => made.TrySetResult();
            if (!File.Exists(path))
                await made.Task.WaitAsync(cancellationToken);
        }

        while (true)
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // Between bind(2) and listen(2), a few instructions of nginx apart.
                socket.Dispose();
                await Task.Yield();
            }
        }
    }
}
