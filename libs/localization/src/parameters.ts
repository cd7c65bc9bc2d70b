/**
 * Every threshold of localization, once, with its unit. Distances are metres of the world, times are seconds
 * of moving pictures. Where no other source is named, a value was chosen on validation walks
 * (docs/design/localization.md).
 */

/**
 * Where the picture jumps, by the step doubt that the perceive graph gives for each frame (0: goes on
 * smoothly).
 */
export const SHOT_BOUNDARY = {
  /** No step of less doubt is a shot boundary. */
  minDoubt: 0.45,
  /** Median absolute deviations above its chunk's median doubt beyond which a step is a shot boundary. */
  deviations: 10,
} as const;

/** Aligning the points that two chunks share (geometry/align.ts). */
export const ALIGNMENT = {
  /** Below this ratio of squared extents, points lie on one line to a thousandth of its length. */
  minConditioning: 1e-6,
  /** A residual beyond so many medians counts little; 2.5 are 4 standard deviations of 3D Gaussian noise. */
  cutoffMedians: 2.5,
  /** The cut-off shrinks by this factor a round, from one that trusts every point. */
  shrink: 1.4,
  maxRounds: 60,
  /** Metres and radians: a change far below what float32 points can express ends the rounds. */
  converged: 1e-8,
} as const;

/** Votes for objects' centres become sightings (landmarks/cluster-votes.ts). */
export const VOTES = {
  /** Metres within which votes are for one object. */
  radius: 0.5,
  /** Confidence that the votes for an object must have together. */
  minWeight: 2,
} as const;

/** The landmarks that are kept (landmarks/landmark.ts). Weights are sums of confidence. */
export const LANDMARKS = {
  /** Metres within which a sighting is of a landmark of its category. */
  sameWithin: 0.6,
  /** How many are kept, the heaviest. */
  max: 128,
  /** No landmark becomes heavier, so that its position can still adapt. */
  maxWeight: 400,
  /** The weight at which an object counts half. */
  halfCertain: 4,
  /** Keyframes that it is meant for. Of more it takes more: each may mistake something for the object. */
  certainKeyframes: 200,
} as const;

/** Laying a segment onto shared points and landmarks nearby (landmarks/register.ts). */
export const REGISTRATION = {
  rounds: 10,
  /** Metres within which a sighting's landmark is looked for. */
  searchRadius: 1.5,
  /** Metres at which a landmark's match counts a quarter. */
  landmarkSpread: 0.6,
  /** Metres at which a shared point counts half. */
  pointSpread: 0.1,
  /** The weight of one certain landmark beside all shared points together. */
  landmarkWeight: 1,
} as const;

/** Looking for a place anywhere among the landmarks (landmarks/relocalize.ts). */
export const RELOCALIZATION = {
  /** Metres, standard deviation of a sighting about its landmark. */
  sightingSpread: 0.3,
  /** The share of sightings that are of a landmark where the place is right. */
  inlierShare: 0.7,
  /** Square metres that the known world has at least. */
  minArea: 20,
  /** Pairs of sighting and landmark that are tried, and transforms made from two of them. */
  maxMatches: 200,
  maxCandidates: 600,
  /** Metres between two sightings that make a transform. */
  minBaseline: 0.8,
  /** Log-odds that a place must reach. */
  minLogOdds: 7.5,
  /** Those that are enough where the camera goes on as if the picture had not jumped. */
  nearLogOdds: 4,
  /** Log-odds by which it must beat every other place. */
  rivalMargin: 3,
  /** Log-odds by which it must beat the place that shared frames speak for. */
  loopClosureMargin: 5,
  /** Metres, or the cosine of a turn, from which on two places are different ones. */
  differentBeyond: 1,
  differentCosine: 0.9,
  /** Sightings that must fall on landmarks. */
  minInliers: 3,
} as const;

/** How long a lost segment is looked for (tracking.ts). */
export const LOST = {
  /** Chunks with enough objects to tell by, after which a place is taken to be new. */
  maxAttempts: 2,
  /** Chunks of any kind after which it is. */
  maxChunks: 5,
  /** Objects without which a chunk is no attempt: blank frames use up none. */
  minObjects: 3,
  /** Log-odds that a place must reach in the end, where such a share of all sightings is on landmarks. */
  lastLogOdds: 6,
  lastInlierShare: 0.8,
} as const;

/**
 * Landmarks that are looked through (landmarks/absence.ts, tracking.ts). Weights are sums of confidence.
 */
export const ABSENCE = {
  /** Metres about a landmark's centre that a ray must pass it in. */
  radius: 0.2,
  /** Metres from the camera within which nothing is said. */
  nearest: 0.3,
  /** Metres that a ray goes on behind a centre that is not there. */
  behind: 0.5,
  /** Metres about a centre within which a ray ends on something else. */
  endsWithin: 0.2,
  /** The weight that must speak against a landmark in a chunk, and what is left of its own then. */
  minWeight: 2,
  kept: 0.7,
  /** A landmark of less weight is gone. */
  goneBelow: 0.5,
  /** Landmarks that a chunk must see where they are, or it may be looking from somewhere else. */
  minSeen: 2,
} as const;

/** What a correction says of landmarks that were seen first since (landmarks/drift.ts). */
export const DRIFT = {
  /** Landmarks that must be found again. */
  minFound: 2,
  /** Metres of a correction that say nothing. */
  minMetres: 0.3,
  /** Metres of drift beyond which a landmark is in doubt. */
  trustedWithin: 0.6,
} as const;

/** Where objects were seen first (landmarks/glimpses.ts). */
export const GLIMPSES = {
  /** Square metres of a category that are kept, the first: what is seen late was found out before. */
  max: 16,
} as const;

/** Where points were seen, over the floor (occupancy.ts). */
export const OCCUPANCY = {
  /** Cells that are kept, those of most points. A home of 60 m² with what strays about it has some 800. */
  maxCells: 4096,
} as const;

/** Joining places (places.ts). */
export const PLACES = {
  /** The share of a place's landmarks that must lie on landmarks of the other. */
  inlierShare: 0.5,
} as const;

/** Pictures that are known again (known-pictures.ts). */
export const PICTURES = {
  /** How many are kept, the latest: half an hour of video at two frames a second. */
  max: 4096,
} as const;

/** A video that is played again (replay.ts). */
export const REPLAY = {
  /** Different pictures that must have been seen before. */
  minPictures: 3,
  /** Metres before a camera of a point that it looks at. */
  ahead: 2,
  /** Metres within which half of the cameras, and of these points, must lie where they lay. */
  within: 0.6,
} as const;

/** Which frames show something new (keyframes.ts). */
export const KEYFRAMES = {
  /** Metres between a frame and an earlier keyframe within which both see the same. */
  reach: 0.5,
  /**
   * The cosine of 20°, as a number because cosines differ between machines: a frame turned by less sees the
   * same.
   */
  minCosine: 0.9396926207859084,
  /** Seconds: a later look than this is another visit. */
  visitSeconds: 10,
  /** Seconds after which a place is taken anew, should things have moved: longer than a walk is repeated. */
  forgetSeconds: 3600,
  /** Views that are kept, the latest. */
  maxViews: 2048,
} as const;
