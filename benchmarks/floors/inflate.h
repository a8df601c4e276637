// Inflating gzip as a stream with the fastest library there is: ISA-L where it is installed, zlib elsewhere.
#pragma once
#include "common.h"

#if __has_include(<isa-l/igzip_lib.h>)
#include <isa-l/igzip_lib.h>

struct inflater { struct inflate_state state; };

static void inflater_begin(struct inflater *inflater)
{
    isal_inflate_init(&inflater->state);
    inflater->state.crc_flag = ISAL_GZIP;
}

static void inflater_feed(struct inflater *inflater, unsigned char *data, size_t size)
{
    inflater->state.next_in = data;
    inflater->state.avail_in = size;
}

// Returns the number of bytes made; 0 when more must be fed.
static size_t inflater_make(struct inflater *inflater, unsigned char *data, size_t size)
{
    inflater->state.next_out = data;
    inflater->state.avail_out = size;
    int error = isal_inflate(&inflater->state);
    if (error) {
        errno = EILSEQ;
        fail("inflate (%d)", error);
    }
    return size - inflater->state.avail_out;
}
#else
#include <zlib.h>

struct inflater { z_stream state; };

static void inflater_begin(struct inflater *inflater)
{
    memset(&inflater->state, 0, sizeof inflater->state);
    inflateInit2(&inflater->state, 15 + 16);
}

static void inflater_feed(struct inflater *inflater, unsigned char *data, size_t size)
{
    inflater->state.next_in = data;
    inflater->state.avail_in = size;
}

static size_t inflater_make(struct inflater *inflater, unsigned char *data, size_t size)
{
    inflater->state.next_out = data;
    inflater->state.avail_out = size;
    int error = inflate(&inflater->state, Z_NO_FLUSH);
    if (error != Z_OK && error != Z_STREAM_END && error != Z_BUF_ERROR) {
        errno = EILSEQ;
        fail("inflate (%d)", error);
    }
    return size - inflater->state.avail_out;
}
#endif
