// Creates what a tar stream describes, with owner, mode and time. The archive is trusted: this is a floor, not a program to
// give other people's images to.
#pragma once
#include "common.h"
#include "ring.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

enum { RecordSize = 512, NameSize = 4096 };

struct untar {
    struct ring *ring;
    int root, parent;
    char parent_path[NameSize];
    char name[NameSize], link[NameSize];
    int has_name, has_link;
};

struct entry {
    char type;
    unsigned mode, uid, gid;
    long long size, modified;
    unsigned major, minor;
};

static int untar_read(struct untar *tar, void *buffer, size_t size)
{
    for (size_t done = 0; done < size; ) {
        if (!ring_next(tar->ring))
            return 0;
        size_t part = tar->ring->left < size - done ? tar->ring->left : size - done;
        memcpy((char *)buffer + done, tar->ring->data, part);
        tar->ring->data += part;
        tar->ring->left -= part;
        done += part;
    }
    return 1;
}

static void untar_skip(struct untar *tar, long long size)
{
    while (size > 0 && ring_next(tar->ring)) {
        size_t part = (long long)tar->ring->left < size ? tar->ring->left : (size_t)size;
        tar->ring->data += part;
        tar->ring->left -= part;
        size -= part;
    }
}

static long long number_at(const unsigned char *field, int size)
{
    long long value = 0;
    if (*field & 0x80) {
        for (int i = 1; i < size; i++)
            value = value << 8 | field[i];
        return value;
    }
    for (int i = 0; i < size && field[i]; i++)
        if (field[i] >= '0' && field[i] <= '7')
            value = value * 8 + field[i] - '0';
    return value;
}

static void trim(char *path)
{
    char *start = path;
    while (*start == '/' || (start[0] == '.' && start[1] == '/'))
        start += *start == '/' ? 1 : 2;
    size_t length = strlen(start);
    while (length && start[length - 1] == '/')
        length--;
    memmove(path, start, length);
    path[length] = 0;
}

// Of an extended header only the names matter here: "length key=value\n".
static void read_extended(struct untar *tar, char *records, size_t size)
{
    for (char *at = records, *end = records + size; at < end; ) {
        char *key;
        long length = strtol(at, &key, 10);
        if (length <= 0)
            return;
        at[length - 1] = 0;
        key++;
        if (!strncmp(key, "path=", 5))
            tar->has_name = !!text(tar->name, NameSize, "%s", key + 5);
        else if (!strncmp(key, "linkpath=", 9))
            tar->has_link = !!text(tar->link, NameSize, "%s", key + 9);
        at += length;
    }
}

// The directory of an entry stays open for the next ones: they are its siblings most of the time.
static const char *enter(struct untar *tar, char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash)
        *tar->parent_path = 0;
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (slash && (strlen(tar->parent_path) != length || memcmp(tar->parent_path, path, length))) {
        memcpy(tar->parent_path, path, length);
        tar->parent_path[length] = 0;
        if (tar->parent >= 0)
            close(tar->parent);
        if ((tar->parent = openat(tar->root, tar->parent_path, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
            fail("open %s", tar->parent_path);
    }
    return slash ? slash + 1 : path;
}

static void write_entry(struct untar *tar, int parent, const char *name, const struct entry *entry)
{
    int file = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        fail("create %s", tar->name);
    for (long long left = entry->size; left > 0; ) {
        if (!ring_next(tar->ring))
            fail("end of archive in %s", tar->name);
        size_t part = (long long)tar->ring->left < left ? tar->ring->left : (size_t)left;
        if (write(file, tar->ring->data, part) != (ssize_t)part)
            fail("write %s", tar->name);
        tar->ring->data += part;
        tar->ring->left -= part;
        left -= part;
    }
    struct timespec times[2] = { { entry->modified, 0 }, { entry->modified, 0 } };
    if (fchown(file, entry->uid, entry->gid) || fchmod(file, entry->mode) || futimens(file, times))
        fail("attributes of %s", tar->name);
    close(file);
}

static void create(struct untar *tar, const struct entry *entry)
{
    trim(tar->name);
    if (entry->type == '1')
        trim(tar->link);
    if (!*tar->name)
        return;
    const char *name = enter(tar, tar->name);
    int parent = *tar->parent_path ? tar->parent : tar->root, error = 0;
    struct timespec times[2] = { { entry->modified, 0 }, { entry->modified, 0 } };
    mode_t type = 0;
    switch (entry->type) {
    case 0:
    case '0':
        write_entry(tar, parent, name, entry);
        untar_skip(tar, -entry->size & (RecordSize - 1));
        return;
    case '1':
        error = linkat(tar->root, tar->link, parent, name, 0);
        if (error && errno != ENOENT)
            fail("link %s", tar->name);
        return;
    case '2':
        error = symlinkat(tar->link, parent, name);
        break;
    case '3':
    case '4':
    case '6':
        type = entry->type == '3' ? S_IFCHR : entry->type == '4' ? S_IFBLK : S_IFIFO;
        error = mknodat(parent, name, type | entry->mode, makedev(entry->major, entry->minor));
        break;
    case '5':
        error = mkdirat(parent, name, 0700);
        error = error && errno == EEXIST ? 0 : error;
        break;
    }
    if (error || fchownat(parent, name, entry->uid, entry->gid, AT_SYMLINK_NOFOLLOW)
        || (entry->type != '2' && fchmodat(parent, name, entry->mode, 0))
        || utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW))
        fail("create %s", tar->name);
}

static void untar(struct ring *ring, const char *directory)
{
    struct untar *tar = calloc(1, sizeof *tar);
    tar->ring = ring;
    tar->parent = -1;
    if (mkdir(directory, 0755) || (tar->root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
        fail("%s", directory);
    unsigned char header[RecordSize];
    while (untar_read(tar, header, RecordSize) && *header) {
        struct entry entry = {
            .type = (char)header[156], .mode = number_at(header + 100, 8) & 07777, .uid = number_at(header + 108, 8),
            .gid = number_at(header + 116, 8), .size = number_at(header + 124, 12), .modified = number_at(header + 136, 12),
            .major = number_at(header + 329, 8), .minor = number_at(header + 337, 8),
        };
        long long padded = (entry.size + RecordSize - 1) & ~(RecordSize - 1LL);
        if (entry.type == 'L' || entry.type == 'K' || entry.type == 'x' || entry.type == 'g') {
            char *data = calloc(1, padded + 1);
            untar_read(tar, data, padded);
            if (entry.type == 'L')
                tar->has_name = !!text(tar->name, NameSize, "%s", data);
            else if (entry.type == 'K')
                tar->has_link = !!text(tar->link, NameSize, "%s", data);
            else if (entry.type == 'x')
                read_extended(tar, data, entry.size);
            free(data);
            continue;
        }
        int has_prefix = !memcmp(header + 257, "ustar\0", 6) && header[345];
        if (!tar->has_name)
            text(tar->name, NameSize, "%.155s%s%.100s", has_prefix ? (char *)header + 345 : "", has_prefix ? "/" : "", header);
        if (!tar->has_link)
            text(tar->link, NameSize, "%.100s", header + 157);
        create(tar, &entry);
        tar->has_name = tar->has_link = 0;
    }
    while (ring_next(ring))
        ring->left = 0;
    close(tar->root);
    if (tar->parent >= 0)
        close(tar->parent);
    free(tar);
}
