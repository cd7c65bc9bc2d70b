import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A thing where it really stands: x and z on the floor, in the world of the clip's first frame; metres. */
const thingSchema = z.object({
  category: z.string(),
  position: z.tuple([z.number(), z.number()]),
  first_seen_s: z.number().nullable(),
});
export type Thing = z.infer<typeof thingSchema>;

/** The things of each room, by the name of its clip. */
export type Rooms = ReadonlyMap<string, readonly Thing[]>;

const roomsSchema = z.array(z.object({ scene_name: z.string(), objects: z.array(thingSchema) }));

/** The rooms of a data set, from its truths.json; none where it has no such file. */
export async function readRooms(folder: string): Promise<Rooms> {
  const file = join(folder, 'truths.json');
  if (!existsSync(file)) return new Map();
  const rooms = roomsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return new Map(rooms.map(({ scene_name, objects }) => [scene_name, objects]));
}
