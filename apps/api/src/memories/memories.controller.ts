import type { ServerResponse } from 'node:http';
import { Controller, Get, Header, Inject, Param, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  entrySchema,
  idSchema,
  mapFormatSchema,
  memorySchema,
  memorySummarySchema,
  pageSchema,
  suggestionSchema,
  timelineSchema,
  videoListQuerySchema,
  type Entry,
  type Memory,
  type MemorySummary,
  type Page,
  type SpaceMap,
  type Suggestion,
  type Timeline,
  type VideoListQuery,
} from '@loci/contracts';
import { toTum } from '@loci/localization';
import { z } from 'zod';
import { Tenant } from '../auth/auth.guard.js';
import { Keyed, Problems, Returns, ReturnsContent } from '../openapi/decorators.js';
import { MapService } from './map.service.js';
import { MemoriesService } from './memories.service.js';
import { toPly } from './ply.js';

const momentQuerySchema = z.object({
  as_of_s: z.coerce.number().nonnegative().optional().meta({
    description: 'the state that knows nothing of what came after this second; the present one when left out',
  }),
});
const frameSchema = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .meta({ description: 'index of a sampled frame' });
const mapQuerySchema = z.object({ format: mapFormatSchema.default('json') });

const PLY_TYPE = 'application/octet-stream';
const TUM_TYPE = 'text/plain; charset=utf-8';
const MAP_CONTENT = {
  'application/json': { schema: { $ref: '#/components/schemas/SpaceMap' } },
  [PLY_TYPE]: { schema: { type: 'string', format: 'binary' } },
  'text/plain': { schema: { type: 'string' } },
};

/** A file that a browser saves under a name. */
const download = (bytes: Buffer, type: string, name: string): StreamableFile =>
  new StreamableFile(bytes, { type, disposition: `attachment; filename="${name}"`, length: bytes.length });

const memoryId = { schema: idSchema('memory') };

@ApiTags('memories')
@Keyed()
@Controller('v1/memories')
export class MemoriesController {
  constructor(
    @Inject(MemoriesService) private readonly memories: MemoriesService,
    @Inject(MapService) private readonly maps: MapService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Memories, newest first; without what all their entries must be read for' })
  @Returns(200, pageSchema(memorySummarySchema), 'A page of memories')
  @Problems('invalid-request')
  listMemories(
    @Tenant() tenant: string,
    @Query({ schema: videoListQuerySchema }) query: VideoListQuery,
  ): Promise<Page<MemorySummary>> {
    return this.memories.list(tenant, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One memory: how much it holds, and its digest' })
  @Returns(200, memorySchema, 'The memory')
  @Problems('not-found')
  getMemory(@Tenant() tenant: string, @Param('id', memoryId) id: string): Promise<Memory> {
    return this.memories.get(tenant, id);
  }

  @Get(':id/entries')
  @ApiOperation({ summary: 'The entries that stand now, or stood at a moment of the video' })
  @Returns(200, pageSchema(entrySchema), 'All of them on one page: the memory has a fixed size')
  @Problems('invalid-request', 'not-found', 'not-ready', 'as-of-out-of-range')
  async listEntries(
    @Tenant() tenant: string,
    @Param('id', memoryId) id: string,
    @Query({ schema: momentQuerySchema }) query: z.infer<typeof momentQuerySchema>,
  ): Promise<Page<Entry>> {
    return { data: await this.memories.entries(tenant, id, query.as_of_s ?? null), next_cursor: null };
  }

  @Get(':id/map')
  @ApiOperation({
    summary: 'What was seen so far: points, objects, and the way of the camera',
    description:
      'As JSON everything; as PLY the points; as TUM the camera’s poses, `t tx ty tz qx qy qz qw`.',
  })
  @ApiResponse({ status: 200, description: 'The map; at most 20,000 points', content: MAP_CONTENT })
  @Problems('invalid-request', 'not-found')
  async getMap(
    @Tenant() tenant: string,
    @Param('id', memoryId) id: string,
    @Query({ schema: mapQuerySchema }) { format }: z.infer<typeof mapQuerySchema>,
  ): Promise<SpaceMap | StreamableFile> {
    switch (format) {
      case 'json':
        return this.maps.get(tenant, id);
      case 'ply':
        return download(toPly(await this.maps.get(tenant, id)), PLY_TYPE, `${id}.ply`);
      case 'tum':
        return download(Buffer.from(toTum(await this.maps.poses(tenant, id))), TUM_TYPE, `${id}.tum`);
    }
  }

  @Get(':id/timeline')
  @ApiOperation({ summary: 'Its moments so far: shot boundaries, and when each thing is first seen' })
  @Returns(200, timelineSchema, 'The moments')
  @Problems('not-found')
  getTimeline(@Tenant() tenant: string, @Param('id', memoryId) id: string): Promise<Timeline> {
    return this.maps.timeline(tenant, id);
  }

  @Get(':id/suggestions')
  @ApiOperation({
    summary: 'Questions that fit what is in the memory',
    description: 'None of a memory without objects, or whose model does not read questions in own words.',
  })
  @Returns(200, pageSchema(suggestionSchema), 'All of them on one page')
  @Problems('not-found')
  async listSuggestions(
    @Tenant() tenant: string,
    @Param('id', memoryId) id: string,
  ): Promise<Page<Suggestion>> {
    return { data: await this.maps.suggestions(tenant, id), next_cursor: null };
  }

  @Get(':id/frames/:frame/thumbnail')
  @Header('content-type', 'image/jpeg')
  @ApiOperation({ summary: 'A sampled frame as a small picture' })
  @ReturnsContent(200, 'image/jpeg', 'The picture', 'binary')
  @Problems('not-found')
  async getThumbnail(
    @Tenant() tenant: string,
    @Param('id', memoryId) id: string,
    @Param('frame', { schema: frameSchema }) frame: number,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<StreamableFile> {
    const picture = await this.memories.thumbnail(tenant, id, frame);
    // a frame's picture never changes
    response.setHeader('cache-control', 'private, max-age=86400, immutable');
    return new StreamableFile(picture, { type: 'image/jpeg' });
  }
}
