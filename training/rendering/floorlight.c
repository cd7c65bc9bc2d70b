/* The floor's light map: contact darkening around footprints and soft shadows that the first two lights
 * throw. */
#include "raycast.h"

static float footprint_distance(const Part *part, float x, float z) {
    float ox = x - part->x, oz = z - part->z;
    if (part->kind != BOX) return fmaxf(sqrtf(ox * ox + oz * oz) - part->half_w, 0);
    float lx = fabsf(part->cosine * ox - part->sine * oz) - part->half_w;
    float lz = fabsf(part->sine * ox + part->cosine * oz) - part->half_d;
    lx = fmaxf(lx, 0), lz = fmaxf(lz, 0);
    return sqrtf(lx * lx + lz * lz);
}

static void cells(float low, float high, float extent, int *from, int *to) {
    *from = (int)floorf((low + 0.5f * extent) / extent * LIGHTMAP);
    *to = (int)ceilf((high + 0.5f * extent) / extent * LIGHTMAP);
    if (*from < 0) *from = 0;
    if (*to > LIGHTMAP) *to = LIGHTMAP;
}

static void darken_contact(const Part *part, const Room *room, float *out) {
    float reach = 0.35f, radius = fmaxf(part->half_w, part->half_d) * 1.42f + reach, height = -part->bottom;
    float strength = 0.55f / (1 + height * height * 9);
    int x0, x1, z0, z1;
    cells(part->x - radius, part->x + radius, room->width, &x0, &x1);
    cells(part->z - radius, part->z + radius, room->depth, &z0, &z1);
    for (int iz = z0; iz < z1; iz++)
        for (int ix = x0; ix < x1; ix++) {
            float x = ((ix + 0.5f) / LIGHTMAP - 0.5f) * room->width,
                  z = ((iz + 0.5f) / LIGHTMAP - 0.5f) * room->depth;
            float near = 1 - fminf(footprint_distance(part, x, z) / reach, 1);
            out[iz * LIGHTMAP + ix] *= 1 - strength * near * near;
        }
}

/* The light's rays through the part's top and bottom outline meet the floor within the box swept between
 * them. */
static void throw_shadow(const Part *part, const Light *light, const Room *room, float *out) {
    float lamp = -light->y, top = -part->top, bottom = -part->bottom;
    if (top > lamp - 0.1f) top = lamp - 0.1f;
    if (bottom >= top) return;
    float high = lamp / (lamp - top), low = lamp / (lamp - bottom);
    float radius = fmaxf(part->half_w, part->half_d) * 1.42f, rx = part->x - light->x,
          rz = part->z - light->z;
    int x0, x1, z0, z1;
    cells(light->x + fminf(rx * low - radius * low, rx * high - radius * high),
          light->x + fmaxf(rx * low + radius * low, rx * high + radius * high), room->width, &x0, &x1);
    cells(light->z + fminf(rz * low - radius * low, rz * high - radius * high),
          light->z + fmaxf(rz * low + radius * low, rz * high + radius * high), room->depth, &z0, &z1);
    for (int iz = z0; iz < z1; iz++)
        for (int ix = x0; ix < x1; ix++) {
            float x = ((ix + 0.5f) / LIGHTMAP - 0.5f) * room->width,
                  z = ((iz + 0.5f) / LIGHTMAP - 0.5f) * room->depth;
            float nearest = 1e9f;
            for (int step = 0; step < 4; step++) {
                float height = bottom + (top - bottom) * step / 3, along = height / lamp;
                float d = footprint_distance(part, x + (light->x - x) * along, z + (light->z - z) * along);
                nearest = fminf(nearest, d + 0.02f * height);
            }
            float shadow = 1 - fminf(nearest / 0.12f, 1);
            float *cell = out + iz * LIGHTMAP + ix;
            *cell = fminf(*cell, 1 - 0.38f * shadow);
        }
}

/* Fills out [48, 48] (z, x) with the share of light that reaches the floor there. */
void light_floor(const float *parts, int part_count, const float *room, const float *lights, float *out) {
    const Room *box = (const Room *)room;
    float contact[LIGHTMAP * LIGHTMAP];
    for (int i = 0; i < LIGHTMAP * LIGHTMAP; i++) out[i] = contact[i] = 1;
    for (int index = 0; index < part_count; index++) {
        const Part *part = (const Part *)parts + index;
        if (part->top > -0.03f) continue; /* a rug */
        if (-part->bottom < 1.0f) darken_contact(part, box, contact);
        if (part->object < 0) continue;
        for (int light = 0; light < (int)box->light_count && light < 2; light++)
            throw_shadow(part, (const Light *)lights + light, box, out);
    }
    for (int i = 0; i < LIGHTMAP * LIGHTMAP; i++) out[i] *= fmaxf(contact[i], 0.35f);
}
