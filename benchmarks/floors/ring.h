// A bounded pipe of blocks between two threads.
#pragma once
#include "common.h"
#include <pthread.h>

enum { BlockSize = 256 << 10, BlockCount = 8 };

struct ring {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned char (*blocks)[BlockSize];
    size_t sizes[BlockCount];
    unsigned written, read;
    int ended;
    // The reader's own.
    unsigned char *data;
    size_t left;
    int holds_block;
};

static void ring_begin(struct ring *ring)
{
    memset(ring, 0, sizeof *ring);
    pthread_mutex_init(&ring->lock, NULL);
    pthread_cond_init(&ring->changed, NULL);
    ring->blocks = malloc(BlockCount * BlockSize);
}

static unsigned char *ring_block_to_fill(struct ring *ring)
{
    pthread_mutex_lock(&ring->lock);
    while (ring->written - ring->read == BlockCount)
        pthread_cond_wait(&ring->changed, &ring->lock);
    pthread_mutex_unlock(&ring->lock);
    return ring->blocks[ring->written % BlockCount];
}

static void ring_filled(struct ring *ring, size_t size)
{
    pthread_mutex_lock(&ring->lock);
    if (size)
        ring->sizes[ring->written++ % BlockCount] = size;
    else
        ring->ended = 1;
    pthread_cond_signal(&ring->changed);
    pthread_mutex_unlock(&ring->lock);
}

// Makes bytes available in data and left. Returns 0 at the end.
static int ring_next(struct ring *ring)
{
    if (ring->left)
        return 1;
    pthread_mutex_lock(&ring->lock);
    if (ring->holds_block) {
        ring->read++;
        ring->holds_block = 0;
        pthread_cond_signal(&ring->changed);
    }
    while (ring->written == ring->read && !ring->ended)
        pthread_cond_wait(&ring->changed, &ring->lock);
    if (ring->written != ring->read) {
        ring->data = ring->blocks[ring->read % BlockCount];
        ring->left = ring->sizes[ring->read % BlockCount];
        ring->holds_block = 1;
    }
    pthread_mutex_unlock(&ring->lock);
    return ring->left != 0;
}

static void ring_end(struct ring *ring)
{
    free(ring->blocks);
    pthread_cond_destroy(&ring->changed);
    pthread_mutex_destroy(&ring->lock);
}
