#include "models/functional/executor.h"

#include "models/functional/transfer.h"

namespace systole {

void Executor::execute(const Instruction& instruction) {
  struct Visitor {
    Executor& self;
    void operator()(const Load& load) const { transfer(load.move, self.image_); }
    void operator()(const Store& store) const { transfer(store.move, self.image_); }
    void operator()(const MatMul& op) const { self.matmul_.execute(op); }
    void operator()(const Vector& vector) const { self.vector_.execute(vector); }
    void operator()(const Barrier&) const {}
  };
  std::visit(Visitor{*this}, instruction.op);
}

}  // namespace systole
