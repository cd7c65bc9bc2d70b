import type { ServerResponse } from 'node:http';
import { Controller, Get, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { exampleSchema, pageSchema, videoSchema, type Example, type Page, type Video } from '@loci/contracts';
import { z } from 'zod';
import { Tenant } from '../auth/auth.guard.js';
import { disconnection } from '../http/request.js';
import { Keyed, Problems, Returns } from '../openapi/decorators.js';
import { QuizLibrary } from './quiz-library.js';

const exampleId = { schema: z.string().min(1).max(200) };

@ApiTags('quiz')
@Keyed()
@Controller('v1/examples')
export class ExamplesController {
  constructor(@Inject(QuizLibrary) private readonly library: QuizLibrary) {}

  @Get()
  @ApiOperation({ summary: 'Worked examples of the shipped model, right and wrong' })
  @Returns(200, pageSchema(exampleSchema), 'All of them on one page')
  listExamples(): Page<Example> {
    return { data: this.library.examples(), next_cursor: null };
  }

  @Post(':id/video')
  @HttpCode(200)
  @ApiOperation({ summary: 'The clip of an example as a video like any other' })
  @Returns(200, videoSchema, 'The video')
  @Problems('not-found')
  openExample(
    @Tenant() tenant: string,
    @Param('id', exampleId) id: string,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Video> {
    return this.library.video(tenant, this.library.clipOf(id), disconnection(response));
  }
}
