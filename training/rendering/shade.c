/* Shading: procedural textures under an ambient light and a few lamps, once per pixel where all its samples
 * agree. */
#include "raycast.h"

#define TEXTURE_SIZE 128
#define LEVELS 7
#define LANES 4
typedef float v4 __attribute__((vector_size(16), aligned(16)));

typedef struct {
    const Part *parts;
    const Room *room;
    const Material *materials;
    const v4 *textures; /* [T][sum of the levels' texels], level 0 first */
    const float *floor_light;
    float pose[3], sine, cosine, focal;
    float light_x[LANES], light_y[LANES], light_z[LANES];
    v4 colors[LANES];
} Shader;

typedef struct {
    float point[3], normal[3], u, v;
    int material;
    float occlusion;
} Surface;

enum { LEVEL_TEXELS = (128 * 128 * 4 - 1) / 3 + 1 };

static v4 texel(const Shader *s, const Material *m, float u, float v, float footprint) {
    const v4 *base = s->textures + (size_t)m->texture * LEVEL_TEXELS;
    int size = TEXTURE_SIZE, level = 0;
    float texels = footprint * m->repeats * size * fmaxf(m->stretch, 1.0f);
    while (texels > 1.4f && level < LEVELS - 1) base += size * size, size >>= 1, texels *= 0.5f, level++;
    u = u * m->repeats * m->stretch + m->phase;
    v = v * m->repeats + m->phase;
    u = (u - floorf(u)) * size;
    v = (v - floorf(v)) * size;
    int mask = size - 1, x = (int)u, y = (int)v;
    float fx = u - x, fy = v - y;
    x &= mask, y &= mask;
    int x1 = (x + 1) & mask, y1 = (y + 1) & mask;
    v4 top = base[y * size + x] * (1 - fx) + base[y * size + x1] * fx;
    v4 low = base[y1 * size + x] * (1 - fx) + base[y1 * size + x1] * fx;
    return top * (1 - fy) + low * fy;
}

static float crevice(float distance, float reach, float depth) {
    float r = distance / reach;
    return 1 - depth / (1 + r * r);
}

static void surface_of_room(const Shader *s, int id, Surface *out) {
    const Room *room = s->room;
    float *p = out->point, up = room->height + p[1], down = -p[1];
    float left = p[0] + 0.5f * room->width, right = 0.5f * room->width - p[0];
    float back = p[2] + 0.5f * room->depth, front = 0.5f * room->depth - p[2];
    float side = fminf(left, right), end = fminf(front, back);
    out->normal[0] = out->normal[1] = out->normal[2] = 0;
    out->material = id;
    if (id < 4) {
        int across = id == 1 || id == 3;
        out->normal[across ? 0 : 2] = id == 0 || id == 1 ? -1 : 1;
        out->u = across ? p[2] : p[0], out->v = p[1];
        out->occlusion =
            crevice(across ? end : side, 0.25f, 0.3f) * crevice(up, 0.2f, 0.25f) * crevice(down, 0.2f, 0.35f);
        return;
    }
    out->normal[1] = id == ROOM_FLOOR ? -1 : 1;
    out->u = p[0], out->v = p[2];
    out->occlusion = crevice(side, 0.25f, 0.3f) * crevice(end, 0.25f, 0.3f);
    if (id == ROOM_FLOOR) {
        float x = left / room->width * LIGHTMAP - 0.5f, z = back / room->depth * LIGHTMAP - 0.5f;
        x = fminf(fmaxf(x, 0), LIGHTMAP - 1.001f), z = fminf(fmaxf(z, 0), LIGHTMAP - 1.001f);
        int ix = (int)x, iz = (int)z;
        float fx = x - ix, fz = z - iz;
        const float *light = s->floor_light + iz * LIGHTMAP + ix;
        out->occlusion *= (light[0] * (1 - fx) + light[1] * fx) * (1 - fz) +
                          (light[LIGHTMAP] * (1 - fx) + light[LIGHTMAP + 1] * fx) * fz;
    }
}

static void surface_of_part(const Shader *s, int id, Surface *out) {
    const Part *part = s->parts + id / 8 - 1;
    int face = id & 7;
    float *p = out->point, ox = p[0] - part->x, oz = p[2] - part->z;
    float lx = part->cosine * ox - part->sine * oz, lz = part->sine * ox + part->cosine * oz;
    float nx = 0, ny = 0, nz = 0;
    out->material = (int)part->material;
    out->u = lx, out->v = p[1] - part->top;
    switch (face) {
    case FACE_RIGHT:
        nx = 1, out->u = lz;
        break;
    case FACE_LEFT:
        nx = -1, out->u = lz;
        break;
    case FACE_FRONT:
        nz = 1;
        break;
    case FACE_BACK:
        nz = -1;
        break;
    case FACE_TOP:
        ny = -1, out->v = lz;
        break;
    case FACE_BOTTOM:
        ny = 1, out->v = lz;
        break;
    default: {
        float inverse = 1 / part->half_w;
        nx = lx * inverse, nz = lz * inverse;
        if (part->kind == SPHEROID) {
            float half = 0.5f * (part->bottom - part->top);
            ny = (p[1] - part->top - half) / half;
            float length = 1 / sqrtf(nx * nx + ny * ny + nz * nz + 1e-6f);
            nx *= length, ny *= length, nz *= length;
        }
        out->u = lx + lz;
    }
    }
    out->normal[0] = part->cosine * nx + part->sine * nz;
    out->normal[1] = ny;
    out->normal[2] = part->cosine * nz - part->sine * nx;
    out->occlusion = face == FACE_BOTTOM ? 0.45f : face == FACE_TOP ? 1 : crevice(-p[1], 0.12f, 0.45f);
}

/* Per light: how much of it the surface scatters and how much it mirrors. All lanes at once: the loops
 * vectorise. */
static void receive(const Shader *s, const Surface *at, float gloss, float *amount, float *glint) {
    float px = at->point[0], py = at->point[1], pz = at->point[2];
    float nx = at->normal[0], ny = at->normal[1], nz = at->normal[2];
    float x[LANES], y[LANES], z[LANES], square[LANES], inverse[LANES], facing[LANES];
    for (int i = 0; i < LANES; i++) {
        x[i] = s->light_x[i] - px, y[i] = s->light_y[i] - py, z[i] = s->light_z[i] - pz;
        square[i] = x[i] * x[i] + y[i] * y[i] + z[i] * z[i];
        inverse[i] = 1 / sqrtf(square[i] + 1e-3f);
        facing[i] = x[i] * nx + y[i] * ny + z[i] * nz;
        facing[i] = facing[i] > 0 ? facing[i] : 0;
        amount[i] = (facing[i] * inverse[i] * 0.85f + 0.15f) / (0.6f + 0.35f * square[i]);
        glint[i] = 0;
    }
    if (gloss <= 0) return;
    float vx = s->pose[0] - px, vy = CAMERA_Y - py, vz = s->pose[1] - pz;
    float view = 1 / sqrtf(vx * vx + vy * vy + vz * vz + 1e-3f);
    vx *= view, vy *= view, vz *= view;
    for (int i = 0; i < LANES; i++) {
        float hx = x[i] * inverse[i] + vx, hy = y[i] * inverse[i] + vy, hz = z[i] * inverse[i] + vz;
        float along = hx * nx + hy * ny + hz * nz;
        /* The 32nd power of the half vector's cosine, from its square: no root needed. */
        float cosine = along * along / (hx * hx + hy * hy + hz * hz + 1e-6f);
        cosine *= cosine, cosine *= cosine, cosine *= cosine, cosine *= cosine;
        glint[i] = facing[i] > 0 ? cosine * gloss / (1 + 0.35f * square[i]) : 0;
    }
}

static v4 shade(const Shader *s, int32_t id, float depth, float slant, float slope) {
    Surface at;
    at.point[0] = s->pose[0] + depth * (s->sine + slant * s->cosine);
    at.point[1] = CAMERA_Y + depth * slope;
    at.point[2] = s->pose[1] + depth * (s->cosine - slant * s->sine);
    if (id < 8) surface_of_room(s, id, &at);
    else surface_of_part(s, id, &at);
    const Material *m = s->materials + at.material;
    v4 t = texel(s, m, at.u, at.v, depth / s->focal);
    v4 a = {m->a[0], m->a[1], m->a[2], 0}, b = {m->b[0], m->b[1], m->b[2], 0};
    v4 albedo = a + t * (b - a);
    const float *ambient = s->room->ambient;
    /* The ceiling and walls return light: surfaces looking up receive a little more of it than those looking
     * down. */
    float sky = (1 - 0.25f * at.normal[1]) * at.occlusion;
    v4 light = {ambient[0] * sky, ambient[1] * sky, ambient[2] * sky, 0};
    v4 shine = {0, 0, 0, 0};
    float amount[LANES], glint[LANES];
    receive(s, &at, m->gloss, amount, glint);
    for (int lane = 0; lane < (int)s->room->light_count; lane++) {
        light += s->colors[lane] * (amount[lane] * at.occlusion);
        shine += s->colors[lane] * glint[lane];
    }
    return albedo * (light + m->emission) + shine;
}

static uint8_t curve[4096];

/* Fills the tone curve (exposure roll-off, then gamma); called once when the library is loaded. */
void make_curve(void) {
    for (int i = 0; i < 4096; i++) {
        float linear = i / 1024.0f, rolled = 1 - expf(-1.6f * linear);
        curve[i] = (uint8_t)(255 * powf(rolled, 1 / 2.2f) + 0.5f);
    }
}

static void write_pixel(v4 color, float exposure, uint8_t *out) {
    for (int channel = 0; channel < 3; channel++) {
        float scaled = color[channel] * exposure * 1024;
        out[channel] = curve[scaled < 0 ? 0 : scaled > 4095 ? 4095 : (int)scaled];
    }
}

static void shade_frame(const Shader *s, const float *depth, const int32_t *ids, int width, int height,
                        int step, uint8_t *out) {
    int tall = height * step, wide = width * step;
    for (int x = 0; x < width; x++)
        for (int y = 0; y < height; y++) {
            const int32_t *id = ids + (size_t)x * step * tall + y * step;
            const float *far = depth + (size_t)x * step * tall + y * step;
            int same = 1;
            float inverse = 0;
            for (int i = 0; i < step; i++)
                for (int j = 0; j < step; j++)
                    same &= id[i * tall + j] == id[0], inverse += 1 / far[i * tall + j];
            v4 color = {0, 0, 0, 0};
            if (same) {
                float slant = ((x + 0.5f) * step - 0.5f * wide) / s->focal;
                float slope = ((y + 0.5f) * step - 0.5f * tall) / s->focal;
                color = shade(s, id[0], step * step / inverse, slant, slope);
            } else {
                for (int i = 0; i < step; i++)
                    for (int j = 0; j < step; j++)
                        color += shade(s, id[i * tall + j], far[i * tall + j],
                                       (x * step + i + 0.5f - 0.5f * wide) / s->focal,
                                       (y * step + j + 0.5f - 0.5f * tall) / s->focal);
                color /= (float)(step * step);
            }
            write_pixel(color, s->room->exposure, out + 3 * ((size_t)y * width + x));
        }
}

/* At most four lights: what a scene has beyond them is dark. */
static void place_lights(Shader *s, const Light *lights) {
    for (int i = 0; i < (int)s->room->light_count && i < LANES; i++) {
        s->light_x[i] = lights[i].x, s->light_y[i] = lights[i].y, s->light_z[i] = lights[i].z;
        s->colors[i] = (v4){lights[i].red, lights[i].green, lights[i].blue, 0};
    }
}

/* Renders every pose into out [F, height, width, 3]; `step` samples a pixel's side, `view` as in cast_frame.
 * Returns 1 when there is no memory. */
int render_frames(const float *parts, int part_count, const float *room, const float *materials,
                  const float *lights, const float *textures, const float *floor_light, const float *poses,
                  int frames, float view, int width, int height, int step, uint8_t *out) {
    size_t samples = (size_t)width * height * step * step;
    float *depth = malloc(samples * sizeof(float));
    int32_t *ids = malloc(samples * sizeof(int32_t));
    int failed = !depth || !ids;
    for (int frame = 0; frame < frames && !failed; frame++) {
        const float *pose = poses + 3 * frame;
        Shader s = {.parts = (const Part *)parts,
                    .room = (const Room *)room,
                    .materials = (const Material *)materials,
                    .textures = (const v4 *)textures,
                    .floor_light = floor_light,
                    .pose = {pose[0], pose[1], pose[2]},
                    .sine = sinf(pose[2]),
                    .cosine = cosf(pose[2]),
                    .focal = 0.5f * width * step / view};
        place_lights(&s, (const Light *)lights);
        cast_frame(s.parts, part_count, s.room, pose, view, width * step, height * step, depth, ids);
        shade_frame(&s, depth, ids, width, height, step, out + (size_t)frame * width * height * 3);
    }
    free(depth);
    free(ids);
    return failed;
}
