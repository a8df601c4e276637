namespace Coracle.Isolation.Identity;

/// <summary>A line of /etc/passwd (passwd(5)), as far as it matters.</summary>
internal readonly record struct PasswdEntry(string Name, uint Uid, uint Gid, string Home);
