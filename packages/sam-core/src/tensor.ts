/** A dense tensor, row-major. Field names are onnxruntime's, so its tensors can be passed as they are. */
export interface Tensor {
  readonly type: 'float32' | 'int32' | 'int64';
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array;
}

/** A tensor of float32, its dtype left unsaid. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}
