import type { About, Func, FunctionContext } from 'kplug'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export const about: About = {
  description: { en: 'Predicts a value with an ONNX model', zh: '使用 ONNX 模型进行预测' },
  example: 'predict(temperature, humidity)',
  args: [
    {
      name: 'temperature',
      type: 'float',
      label: { en: 'Temperature', zh: '温度' },
      description: { en: 'The first input of the model', zh: '模型的第一个输入' },
    },
    {
      name: 'humidity',
      type: 'float',
      label: { en: 'Humidity', zh: '湿度' },
      description: { en: 'The second input of the model', zh: '模型的第二个输入' },
    },
  ],
  returns: { type: 'float', description: { en: 'The output of the model', zh: '模型的输出' } },
}

/**
 * Replace models/predict.onnx with your own model: the one that is there computes 0.5 × temperature + 0.75 × humidity.
 * onnxruntime-node is native code for Linux with glibc: it does not run in an Alpine image.
 */
export class Predict implements Func<[number, number]> {
  #session: InferenceSession | undefined

  async open(ctx: FunctionContext) {
    this.#session = await InferenceSession.create(ctx.asset('models/predict.onnx'))
  }

  validate(args: readonly unknown[]) {
    if (args.length !== 2) throw new Error(`predict takes two numbers, got ${args.length} arguments`)
  }

  async exec(inputs: [number, number]) {
    const outputs = await this.#session?.run({ x: new Tensor('float32', inputs, [1, 2]) })
    return Number(outputs?.['y']?.data[0])
  }

  async close() {
    await this.#session?.release()
  }
}
