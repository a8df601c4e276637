// pull: downloads the layers of an image from a registry without TLS, inflates them and writes them.
//   pull files ADDRESS PORT REPOSITORY DIRECTORY DIGEST...      every entry of a layer's tar is created (floor A)
//   pull file  ADDRESS PORT REPOSITORY DIRECTORY DIGEST...      a layer becomes one file (floor B)
// Four layers at a time; download and inflating of a layer overlap with its writing. Nothing is verified, nothing synced.
#include "common.h"
#include "inflate.h"
#include "ring.h"
#include "untar.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum { Workers = 4 };

static struct sockaddr_in registry = { .sin_family = AF_INET };
static const char *repository, *directory;
static char **digests;
static int digest_count, as_files;
static atomic_int next_layer;

struct layer {
    struct ring ring;
    const char *digest;
};

// Sends the request and reads to the end of the header. Returns how much of the body was read with it.
static size_t open_blob(int connection, const char *digest, unsigned char *buffer, size_t size, unsigned char **body)
{
    char request[1024];
    text(request, sizeof request, "GET /v2/%s/blobs/%s HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\r\n",
        repository, digest);
    if (connect(connection, (struct sockaddr *)&registry, sizeof registry)
        || write(connection, request, strlen(request)) != (ssize_t)strlen(request))
        fail("connect");
    size_t length = 0;
    for (char *end; length < size - 1; ) {
        ssize_t count = read(connection, buffer + length, size - 1 - length);
        if (count <= 0)
            fail("read the header of %s", digest);
        length += count;
        buffer[length] = 0;
        if ((end = strstr((char *)buffer, "\r\n\r\n"))) {
            if (strncmp((char *)buffer, "HTTP/1.1 200", 12)) {
                errno = EPROTO;
                fail("get %s: %.40s", digest, buffer);
            }
            *body = (unsigned char *)end + 4;
            return buffer + length - *body;
        }
    }
    fail("header of %s", digest);
}

static void *download(void *argument)
{
    struct layer *layer = argument;
    enum { Size = 256 << 10 };
    unsigned char *buffer = malloc(Size), *body;
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct inflater *inflater = malloc(sizeof *inflater);
    inflater_begin(inflater);

    ssize_t count = open_blob(connection, layer->digest, buffer, Size, &body);
    unsigned char *block = ring_block_to_fill(&layer->ring);
    size_t filled = 0;
    do {
        inflater_feed(inflater, body, count);
        for (size_t made; (made = inflater_make(inflater, block + filled, BlockSize - filled)); )
            if ((filled += made) == BlockSize) {
                ring_filled(&layer->ring, filled);
                block = ring_block_to_fill(&layer->ring);
                filled = 0;
            }
        body = buffer;
    } while ((count = read(connection, buffer, Size)) > 0);
    if (count < 0)
        fail("read %s", layer->digest);
    if (filled)
        ring_filled(&layer->ring, filled);
    ring_filled(&layer->ring, 0);
    close(connection);
    free(inflater);
    free(buffer);
    return NULL;
}

static void write_file(struct ring *ring, const char *path)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    for (; ring_next(ring); ring->left = 0)
        if (write(file, ring->data, ring->left) != (ssize_t)ring->left)
            fail("write %s", path);
    close(file);
}

static void *work(void *argument)
{
    (void)argument;
    for (int index; (index = atomic_fetch_add(&next_layer, 1)) < digest_count; ) {
        struct layer layer = { .digest = digests[index] };
        char path[512];
        text(path, sizeof path, "%s/%d", directory, index);
        ring_begin(&layer.ring);
        pthread_t downloader;
        pthread_create(&downloader, NULL, download, &layer);
        if (as_files)
            untar(&layer.ring, path);
        else
            write_file(&layer.ring, path);
        pthread_join(downloader, NULL);
        ring_end(&layer.ring);
    }
    return NULL;
}

int main(int count, char **arguments)
{
    if (count < 7 || inet_pton(AF_INET, arguments[2], &registry.sin_addr) != 1)
        fail("pull files|file ADDRESS PORT REPOSITORY DIRECTORY DIGEST...");
    as_files = !strcmp(arguments[1], "files");
    registry.sin_port = htons(atoi(arguments[3]));
    repository = arguments[4];
    directory = arguments[5];
    digests = arguments + 6;
    digest_count = count - 6;
    if (mkdir(directory, 0755))
        fail("%s", directory);

    pthread_t workers[Workers];
    for (int i = 0; i < Workers; i++)
        pthread_create(&workers[i], NULL, work, NULL);
    for (int i = 0; i < Workers; i++)
        pthread_join(workers[i], NULL);
}
