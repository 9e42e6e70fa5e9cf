// Sharing short work out among threads, many times in a row, as a decoder does for every token. OpenMP gives each thread its part and
// waits for all of them at both ends, so that one that is woken late, or whose processor others use, holds up everybody, a hundred times a
// token. Here threads take parts as they come, large ones first, and nobody waits for a thread that has not taken any.
#pragma once

#include <cstdint>
#include <functional>

namespace vlmq {

// Calls body(begin, end) for parts that make up [0, count), on this thread and on as many more as libtorch may use; returns when all is
// done. Parts are multiples of `least`, the last one excepted. What body throws is thrown here.
void share_out(int64_t count, int64_t least, const std::function<void(int64_t, int64_t)>& body);

}  // namespace vlmq
