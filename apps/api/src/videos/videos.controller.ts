import type { ServerResponse } from 'node:http';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  VIDEO_CONTENT_TYPES,
  accessTokenSchema,
  idSchema,
  listQuerySchema,
  pageSchema,
  tokenQuerySchema,
  videoSchema,
  type AccessToken,
  type ListQuery,
  type Page,
  type Video,
} from '@loci/contracts';
import { AccessTokens } from '../auth/access-tokens.js';
import { Tenant, Tokened } from '../auth/auth.guard.js';
import { disconnection, type ApiRequest } from '../http/request.js';
import { Keyed, Problems, Returns, ReturnsContent } from '../openapi/decorators.js';
import { ContentService } from './content.service.js';
import { StoresVideo, tellStored } from './stored-video.js';
import { VideosService } from './videos.service.js';

/** Longer than anybody looks at a video, which is fetched in pieces as it is looked at. Seconds. */
const TOKEN_S = 6 * 3600;
const FILE = { type: 'string', format: 'binary' } as const;

@ApiTags('videos')
@Keyed()
@Controller('v1/videos')
export class VideosController {
  constructor(
    @Inject(VideosService) private readonly videos: VideosService,
    @Inject(ContentService) private readonly content: ContentService,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Upload a video: the file itself as the body, or as the multipart field `file`' })
  @ApiConsumes(...VIDEO_CONTENT_TYPES, 'multipart/form-data')
  @ApiBody({ schema: { anyOf: [FILE, { type: 'object', properties: { file: FILE }, required: ['file'] }] } })
  @StoresVideo('invalid-request', 'video-too-large', 'unsupported-media-type')
  async uploadVideo(
    @Tenant() tenant: string,
    @Req() request: ApiRequest,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Video> {
    return tellStored(response, await this.videos.upload(tenant, request, disconnection(response)));
  }

  @Get()
  @ApiOperation({ summary: 'Videos, newest first' })
  @Returns(200, pageSchema(videoSchema), 'A page of videos')
  @Problems('invalid-request')
  listVideos(
    @Tenant() tenant: string,
    @Query({ schema: listQuerySchema }) query: ListQuery,
  ): Promise<Page<Video>> {
    return this.videos.list(tenant, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One video' })
  @Returns(200, videoSchema, 'The video')
  @Problems('not-found')
  getVideo(@Tenant() tenant: string, @Param('id', { schema: idSchema('video') }) id: string): Promise<Video> {
    return this.videos.get(tenant, id);
  }

  @Post(':id/content-token')
  @ApiOperation({ summary: 'A token with which a browser’s player opens the clip, for six hours' })
  @Returns(201, accessTokenSchema, 'The token, for `?token=`')
  @Problems('not-found')
  async createContentToken(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('video') }) id: string,
  ): Promise<AccessToken> {
    await this.videos.get(tenant, id);
    return this.tokens.mint(tenant, `/v1/videos/${id}/content`, TOKEN_S);
  }

  @Get(':id/content')
  @Tokened()
  @ApiOperation({
    summary: 'The clip itself, whole or in ranges, as a player asks for it',
    description: 'The content type is what the file is found to be, or `application/octet-stream`.',
  })
  @ApiHeader({
    name: 'Range',
    required: false,
    description: 'one range of bytes',
    schema: { type: 'string', examples: ['bytes=0-1023'] },
  })
  @ReturnsContent(200, 'video/*', 'The clip', 'binary')
  @ReturnsContent(206, 'video/*', 'The range', 'binary')
  @ApiResponse({ status: 304, description: 'The clip of this ETag is still the one' })
  @Problems('not-found', 'range-not-satisfiable', 'clip-lost')
  async getContent(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('video') }) id: string,
    // for the document: the guard has read it
    @Query({ schema: tokenQuerySchema }) _query: unknown,
    @Req() request: ApiRequest,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.content.send(await this.videos.get(tenant, id), request, response);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a video with its clip, memories and answers; its jobs are canceled' })
  @ApiResponse({ status: 204, description: 'It is gone' })
  @Problems('not-found')
  deleteVideo(
    @Tenant() tenant: string,
    @Param('id', { schema: idSchema('video') }) id: string,
  ): Promise<void> {
    return this.videos.delete(tenant, id);
  }
}
