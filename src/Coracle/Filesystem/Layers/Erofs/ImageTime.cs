namespace Coracle.Filesystem.Layers.Erofs;

/// <summary>
/// The time of the image: that of the first file. Reproducible builds and package archives give all files the same one, and
/// then every inode can be compact.
/// </summary>
internal readonly record struct ImageTime(long Seconds, uint Nanoseconds);
