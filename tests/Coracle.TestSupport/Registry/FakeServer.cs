using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coracle.TestSupport.Registry;

/// <summary>
/// An HTTP/1.1 server over real sockets that says exactly what a test wants, byte for byte, however wrong that is.
/// </summary>
public class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly Task _loop;

    /// <summary>Starts it on a free port of 127.0.0.1.</summary>
    public FakeServer()
    {
        _listener.Start();
        _loop = AcceptAsync();
    }

    /// <summary>Host and port.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The base address.</summary>
    public Uri Address => new($"http://{Host}/");

    /// <summary>The requests so far.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    /// <summary>Answers a request. Overrides what the server does by itself unless it returns null.</summary>
    public Func<FakeRequest, FakeResponse?> Script { get; set; } = static _ => null;

    /// <summary>The requests for something, for example <c>/blobs/</c>.</summary>
    public IReadOnlyList<FakeRequest> RequestsFor(string part) =>
        [.. Requests.Where(request => request.Path.Contains(part, StringComparison.Ordinal))];

    /// <summary>What is answered where the script says nothing.</summary>
    protected virtual FakeResponse Answer(FakeRequest request) => FakeResponse.Text(404, "not found");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            while (await ReadAsync(stream) is { } request)
            {
                _requests.Enqueue(request);
                FakeResponse response = Script(request) ?? Answer(request);
                if (!await WriteAsync(stream, request, response))
                    return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task<FakeRequest?> ReadAsync(NetworkStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            // A client that tries TLS is no HTTP client: it is sent away.
            if (await stream.ReadAsync(one, _stop.Token) == 0 || (head.Length == 0 && !char.IsAsciiLetter((char)one[0])))
                return null;
            head.Append((char)one[0]);
        }
        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] start = lines[0].Split(' ');
        string[] target = start[1].Split('?', 2);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        byte[] body = new byte[int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new FakeRequest(start[0], target[0], target.Length > 1 ? target[1] : "", headers, Encoding.UTF8.GetString(body));
    }

    private async Task<bool> WriteAsync(NetworkStream stream, FakeRequest request, FakeResponse response)
    {
        StringBuilder head = new($"HTTP/1.1 {response.Status} Status\r\n");
        foreach ((string name, string value) in response.Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (response.Chunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (!response.Headers.ContainsKey("Content-Length"))
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {response.Body.Length}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stop.Token);
        if (request.Method == "HEAD")
            return true;

        ReadOnlyMemory<byte> body = response.CutAfter is { } cut ? response.Body[..Math.Min(cut, response.Body.Length)] : response.Body;
        do
        {
            await SendAsync(stream, body[..(body.Length / 2)], response.Chunked);
            await response.Pause.WaitAsync(_stop.Token);
            await SendAsync(stream, body[(body.Length / 2)..], response.Chunked);
        }
        while (response.Endless);
        if (response.CutAfter is not null)
            return false;
        if (response.Chunked)
            await stream.WriteAsync("0\r\n\r\n"u8.ToArray(), _stop.Token);
        return true;
    }

    private async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> bytes, bool chunked)
    {
        if (bytes.IsEmpty)
            return;
        if (chunked)
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), _stop.Token);
        await stream.WriteAsync(bytes, _stop.Token);
        if (chunked)
            await stream.WriteAsync("\r\n"u8.ToArray(), _stop.Token);
    }
}
