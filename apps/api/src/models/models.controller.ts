import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { modelSchema, pageSchema, type Model, type Page } from '@loci/contracts';
import { Keyed, Returns } from '../openapi/decorators.js';
import { ModelsService } from './models.service.js';

@ApiTags('models')
@Keyed()
@Controller('v1/models')
export class ModelsController {
  constructor(@Inject(ModelsService) private readonly models: ModelsService) {}

  @Get()
  @ApiOperation({ summary: 'The models at hand, with their domains and measured scores' })
  @Returns(200, pageSchema(modelSchema), 'All models on one page; the first is the default')
  listModels(): Page<Model> {
    return { data: this.models.list(), next_cursor: null };
  }
}
