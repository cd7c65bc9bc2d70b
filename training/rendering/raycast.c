/* Visibility: casts a column of rays at a time against vertical prisms, which is exact for a level camera. */
#include "raycast.h"

typedef struct {
    float near, far; /* depths at which the column's plane enters and leaves the footprint */
    int face;
} Crossing;

static int cross_box(const Part *part, float ox, float oz, float dx, float dz, Crossing *out) {
    /* Rotate the ray into the part's own axes, then intersect two slabs. */
    float lx = part->cosine * ox - part->sine * oz, lz = part->sine * ox + part->cosine * oz;
    float ux = part->cosine * dx - part->sine * dz, uz = part->sine * dx + part->cosine * dz;
    float ix = 1.0f / (fabsf(ux) > 1e-9f ? ux : 1e-9f), iz = 1.0f / (fabsf(uz) > 1e-9f ? uz : 1e-9f);
    float x0 = (-part->half_w - lx) * ix, x1 = (part->half_w - lx) * ix;
    float z0 = (-part->half_d - lz) * iz, z1 = (part->half_d - lz) * iz;
    float near_x = fminf(x0, x1), far_x = fmaxf(x0, x1), near_z = fminf(z0, z1), far_z = fmaxf(z0, z1);
    out->near = fmaxf(near_x, near_z);
    out->far = fminf(far_x, far_z);
    if (near_x > near_z) out->face = ux > 0 ? FACE_LEFT : FACE_RIGHT;
    else out->face = uz > 0 ? FACE_BACK : FACE_FRONT;
    return out->near < out->far && out->near > 0.02f;
}

static int cross_circle(const Part *part, float ox, float oz, float dx, float dz, Crossing *out) {
    float a = dx * dx + dz * dz, b = ox * dx + oz * dz, c = ox * ox + oz * oz - part->half_w * part->half_w;
    float root = b * b - a * c;
    if (root <= 0) return 0;
    root = sqrtf(root);
    out->near = (-b - root) / a;
    out->far = (-b + root) / a;
    out->face = FACE_ROUND;
    return out->near > 0.02f;
}

static int first_row(float slope, float focal, int height) {
    float row = ceilf(slope * focal + 0.5f * height - 0.5f);
    return row < 0 ? 0 : row > height ? height : (int)row;
}

static void fill_side(float *depth, int32_t *ids, int from, int to, float distance, int32_t id) {
    for (int row = from; row < to; row++) {
        int nearer = distance < depth[row];
        depth[row] = nearer ? distance : depth[row];
        ids[row] = nearer ? id : ids[row];
    }
}

static void fill_level(float *depth, int32_t *ids, int from, int to, float level, const float *inverse_slope,
                       int32_t id) {
    for (int row = from; row < to; row++) {
        float distance = level * inverse_slope[row];
        int nearer = distance < depth[row];
        depth[row] = nearer ? distance : depth[row];
        ids[row] = nearer ? id : ids[row];
    }
}

static void fill_prism(const Part *part, const Crossing *at, float focal, int height,
                       const float *inverse_slope, float *depth, int32_t *ids, int32_t id) {
    float top = part->top - CAMERA_Y, bottom = part->bottom - CAMERA_Y;
    int near_top = first_row(top / at->near, focal, height),
        near_bottom = first_row(bottom / at->near, focal, height);
    fill_side(depth, ids, near_top, near_bottom, at->near, id + at->face);
    if (top > 0)
        fill_level(depth, ids, first_row(top / at->far, focal, height), near_top, top, inverse_slope,
                   id + FACE_TOP);
    if (bottom < 0)
        fill_level(depth, ids, near_bottom, first_row(bottom / at->far, focal, height), bottom, inverse_slope,
                   id + FACE_BOTTOM);
}

static void fill_spheroid(const Part *part, const Crossing *at, float ox, float oz, float dx, float dz,
                          float focal, int height, const float *inverse_slope, float *depth, int32_t *ids,
                          int32_t id) {
    float top = part->top - CAMERA_Y, bottom = part->bottom - CAMERA_Y;
    float middle = 0.5f * (top + bottom), squash = 2 * part->half_w / fmaxf(bottom - top, 1e-4f);
    float flat = dx * dx + dz * dz, along = ox * dx + oz * dz, oy = -middle * squash;
    float rest = ox * ox + oz * oz + oy * oy - part->half_w * part->half_w;
    int from = first_row(fminf(top / at->near, top / at->far), focal, height);
    int to = first_row(fmaxf(bottom / at->near, bottom / at->far), focal, height);
    for (int row = from; row < to; row++) {
        float dy = squash / inverse_slope[row];
        float a = flat + dy * dy, b = along + oy * dy, root = b * b - a * rest;
        float distance = root > 0 ? (-b - sqrtf(root)) / a : 1e9f;
        int nearer = distance < depth[row];
        depth[row] = nearer ? distance : depth[row];
        ids[row] = nearer ? id + FACE_ROUND : ids[row];
    }
}

static void fill_room(const Room *room, const float pose[3], float dx, float dz, float focal, int height,
                      const float *inverse_slope, float *depth, int32_t *ids) {
    float tx = ((dx > 0 ? 0.5f : -0.5f) * room->width - pose[0]) / (fabsf(dx) > 1e-9f ? dx : 1e-9f);
    float tz = ((dz > 0 ? 0.5f : -0.5f) * room->depth - pose[1]) / (fabsf(dz) > 1e-9f ? dz : 1e-9f);
    tx = tx > 0 ? tx : 1e9f;
    tz = tz > 0 ? tz : 1e9f;
    float wall = fminf(tx, tz);
    int side = tx < tz ? (dx > 0 ? 1 : 3) : (dz > 0 ? 0 : 2);
    float ceiling = -room->height - CAMERA_Y, floor = -CAMERA_Y;
    int top = first_row(ceiling / wall, focal, height), bottom = first_row(floor / wall, focal, height);
    for (int row = 0; row < top; row++) depth[row] = ceiling * inverse_slope[row], ids[row] = ROOM_CEILING;
    for (int row = top; row < bottom; row++) depth[row] = wall, ids[row] = side;
    for (int row = bottom; row < height; row++)
        depth[row] = floor * inverse_slope[row], ids[row] = ROOM_FLOOR;
}

/* Columns that the part's bounding circle can touch; returns 0 when it lies outside the view. */
static int column_range(const Part *part, float right, float ahead, float focal, int width, int *from,
                        int *to) {
    float limit = atanf(0.5f * width / focal);
    float radius =
        part->kind == BOX ? sqrtf(part->half_w * part->half_w + part->half_d * part->half_d) : part->half_w;
    if (ahead < -radius) return 0;
    float distance = sqrtf(right * right + ahead * ahead);
    *from = 0;
    *to = width;
    if (distance <= radius * 1.02f) return 1;
    float middle = atan2f(right, ahead), spread = asinf(radius / distance);
    if (middle - spread > limit || middle + spread < -limit) return 0;
    float low = fmaxf(middle - spread, -limit), high = fminf(middle + spread, limit);
    int first = (int)floorf(tanf(low) * focal + 0.5f * width - 0.5f);
    int last = (int)ceilf(tanf(high) * focal + 0.5f * width + 0.5f);
    *from = first < 0 ? 0 : first;
    *to = last > width ? width : last;
    return *from < *to;
}

void cast_frame(const Part *parts, int part_count, const Room *room, const float pose[3], float view,
                int width, int height, float *depth, int32_t *ids) {
    float focal = 0.5f * width / view, sine = sinf(pose[2]), cosine = cosf(pose[2]);
    float inverse_slope[2048];
    for (int row = 0; row < height; row++) inverse_slope[row] = focal / (row + 0.5f - 0.5f * height);
    for (int column = 0; column < width; column++) {
        float slant = (column + 0.5f - 0.5f * width) / focal;
        fill_room(room, pose, sine + slant * cosine, cosine - slant * sine, focal, height, inverse_slope,
                  depth + (size_t)column * height, ids + (size_t)column * height);
    }
    for (int index = 0; index < part_count; index++) {
        const Part *part = parts + index;
        float ox = pose[0] - part->x, oz = pose[1] - part->z;
        int from, to;
        if (!column_range(part, -(cosine * ox - sine * oz), -(sine * ox + cosine * oz), focal, width, &from,
                          &to))
            continue;
        for (int column = from; column < to; column++) {
            float slant = (column + 0.5f - 0.5f * width) / focal;
            float dx = sine + slant * cosine, dz = cosine - slant * sine;
            Crossing at;
            int met = part->kind == BOX ? cross_box(part, ox, oz, dx, dz, &at)
                                        : cross_circle(part, ox, oz, dx, dz, &at);
            if (!met) continue;
            float *column_depth = depth + (size_t)column * height;
            int32_t *column_ids = ids + (size_t)column * height;
            if (part->kind == SPHEROID)
                fill_spheroid(part, &at, ox, oz, dx, dz, focal, height, inverse_slope, column_depth,
                              column_ids, 8 * (index + 1));
            else
                fill_prism(part, &at, focal, height, inverse_slope, column_depth, column_ids,
                           8 * (index + 1));
        }
    }
}
