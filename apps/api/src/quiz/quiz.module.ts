import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/jobs.module.js';
import { ModelsModule } from '../models/models.module.js';
import { QuestionsModule } from '../questions/questions.module.js';
import { VideosModule } from '../videos/videos.module.js';
import { ExamplesController } from './examples.controller.js';
import { QuizController } from './quiz.controller.js';
import { QuizLibrary } from './quiz-library.js';
import { RoundsService } from './rounds.service.js';

@Module({
  imports: [JobsModule, ModelsModule, QuestionsModule, VideosModule],
  controllers: [QuizController, ExamplesController],
  providers: [QuizLibrary, RoundsService],
})
export class QuizModule {}
