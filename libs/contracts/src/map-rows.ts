/** What stands in the rows of a chunk's map, for who writes and who reads them. */

/** Numbers of a landmark: category, x and z in metres of the world, certainty from 0 to 1. */
export const LANDMARK_COLUMNS = 4;

/**
 * Numbers of a glimpse, a square metre where something of a category was seen: category, x and z, and the
 * first frame that showed it.
 */
export const GLIMPSE_COLUMNS = 4;

/** Metres a side of the squares into which the floor is cut. */
export const FLOOR_CELL_M = 0.25;

/** Numbers of such a square: x and z in squares, and how many points were seen over it. */
export const OCCUPANCY_COLUMNS = 3;

/** Metres a side of the cubes into which the world is cut for eyes. */
export const CUBE_M = 0.25;

/** Numbers of a cube: x, y and z in cubes, how often it was looked at, and the first frame that did. */
export const CUBE_COLUMNS = 5;
