/* Token labels: which object or background each patch speaks for, from the id and depth buffers, without
 * shading. */
#include "raycast.h"

#include <string.h>

enum { MAX_OBJECTS = 64, BACKGROUNDS = 3 };

typedef struct {
    int columns, rows, width, height, object_count, dense_stride;
    float share; /* the part of a patch that an object must cover to be spoken for */
} LabelPlan;

typedef struct {
    int8_t *category; /* [F, tokens] */
    int16_t *object;  /* [F, tokens], -1 background */
    float *point;     /* [F, tokens, 3], camera frame */
    float *coverage;  /* [F, tokens] */
    float *dense;     /* [F, height / stride, width / stride], depth at the cells' centres */
    int32_t *pixels;  /* [F, objects], pixels of each object in the frame */
} LabelBuffers;

static int owner_of(const Part *parts, int32_t id, int object_count) {
    if (id < 4) return object_count;
    if (id < 8) return object_count + id - 3;
    const Part *part = parts + id / 8 - 1;
    return part->object >= 0 ? (int)part->object : object_count + (int)part->category;
}

static int winner(const int *count, int object_count, int pixels, float share) {
    int best = -1, most = 0;
    for (int owner = 0; owner < object_count; owner++)
        if (count[owner] > most) most = count[owner], best = owner;
    if (best >= 0 && most >= share * pixels) return best;
    best = object_count;
    for (int owner = object_count; owner < object_count + BACKGROUNDS; owner++)
        if (count[owner] > count[best]) best = owner;
    /* A patch tiled by many objects, none above the share, has no background at all: the largest object
     * speaks. */
    if (count[best] == 0)
        for (int owner = 0; owner < object_count; owner++)
            if (count[owner] > count[best]) best = owner;
    return best;
}

static void label_token(const LabelPlan *plan, const uint8_t *owners, const float *depth, int column, int row,
                        const int8_t *categories, long token, LabelBuffers *out) {
    int patch_w = plan->width / plan->columns, patch_h = plan->height / plan->rows,
        objects = plan->object_count;
    int count[MAX_OBJECTS + BACKGROUNDS] = {0};
    for (int x = column * patch_w; x < (column + 1) * patch_w; x++)
        for (int y = row * patch_h; y < (row + 1) * patch_h; y++) count[owners[x * plan->height + y]]++;
    int best = winner(count, objects, patch_w * patch_h, plan->share);
    float focal = 0.5f * plan->width, sum[3] = {0, 0, 0};
    for (int x = column * patch_w; x < (column + 1) * patch_w; x++)
        for (int y = row * patch_h; y < (row + 1) * patch_h; y++) {
            int at = x * plan->height + y;
            float mine = owners[at] == best ? depth[at] : 0;
            sum[0] += mine * (x + 0.5f - 0.5f * plan->width) / focal;
            sum[1] += mine * (y + 0.5f - 0.5f * plan->height) / focal;
            sum[2] += mine;
        }
    for (int axis = 0; axis < 3; axis++) out->point[token * 3 + axis] = sum[axis] / count[best];
    out->object[token] = best < objects ? best : -1;
    out->category[token] = best < objects ? categories[best] : best - objects;
    out->coverage[token] = (float)count[best] / (patch_w * patch_h);
}

static void label_frame(const LabelPlan *plan, const Part *parts, const int8_t *categories,
                        const float *depth, const int32_t *ids, uint8_t *owners, int frame,
                        LabelBuffers *out) {
    int samples = plan->width * plan->height, tokens = plan->columns * plan->rows,
        stride = plan->dense_stride;
    int32_t *pixels = out->pixels + (long)frame * plan->object_count;
    for (int at = 0; at < samples; at++) {
        owners[at] = owner_of(parts, ids[at], plan->object_count);
        if (owners[at] < plan->object_count) pixels[owners[at]]++;
    }
    for (int token = 0; token < tokens; token++)
        label_token(plan, owners, depth, token % plan->columns, token / plan->columns, categories,
                    (long)frame * tokens + token, out);
    int across = plan->width / stride, down = plan->height / stride;
    float *dense = out->dense + (long)frame * across * down;
    for (int y = 0; y < down; y++)
        for (int x = 0; x < across; x++) {
            /* The cell's centre lies between samples: the mean inverse depth of the four around it. */
            const float *at = depth + (x * stride + stride / 2) * plan->height + y * stride + stride / 2;
            float inverse = 1 / at[0] + 1 / at[-1] + 1 / at[-plan->height] + 1 / at[-plan->height - 1];
            dense[y * across + x] = 4 / inverse;
        }
}

/* Labels every pose; returns 0, or 1 when there is no memory. `poses` is [F, 3] of x, z, yaw. */
int label_frames(const float *parts, int part_count, const float *room, const int8_t *categories,
                 const float *poses, int frames, const LabelPlan *plan, LabelBuffers *out) {
    size_t samples = (size_t)plan->width * plan->height;
    float *depth = malloc(samples * sizeof(float));
    int32_t *ids = malloc(samples * sizeof(int32_t));
    uint8_t *owners = malloc(samples);
    int failed = !depth || !ids || !owners;
    for (int frame = 0; frame < frames && !failed; frame++) {
        cast_frame((const Part *)parts, part_count, (const Room *)room, poses + 3 * frame, 1, plan->width,
                   plan->height, depth, ids);
        label_frame(plan, (const Part *)parts, categories, depth, ids, owners, frame, out);
    }
    free(depth);
    free(ids);
    free(owners);
    return failed;
}

/* Raw buffers of one pose, row-major [height, width], for tests and for looking at. */
void cast_buffers(const float *parts, int part_count, const float *room, const float *pose, int width,
                  int height, float *depth, int32_t *ids) {
    float *columns = malloc((size_t)width * height * sizeof(float));
    int32_t *column_ids = malloc((size_t)width * height * sizeof(int32_t));
    cast_frame((const Part *)parts, part_count, (const Room *)room, pose, 1, width, height, columns,
               column_ids);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            depth[y * width + x] = columns[x * height + y];
            ids[y * width + x] = column_ids[x * height + y];
        }
    free(columns);
    free(column_ids);
}
