import { Module } from '@nestjs/common';
import { ModelsModule } from '../models/models.module.js';
import { OpenApiModule } from '../openapi/openapi.module.js';
import { SystemController } from './system.controller.js';
import { SystemService } from './system.service.js';

@Module({
  imports: [ModelsModule, OpenApiModule],
  controllers: [SystemController],
  providers: [SystemService],
})
export class SystemModule {}
