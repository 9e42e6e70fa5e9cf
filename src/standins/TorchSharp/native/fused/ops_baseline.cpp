// Any processor: vectors of 4 floats, as SSE2 and NEON have them.
#include "ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#define VLMQ_TABLE ops_baseline
#define VLMQ_NAME "baseline"
#define VLMQ_LANES 4
#define VLMQ_ROWS 4
#include "ops_body.h"
