// The launch stub for arm64. The format of a plan is that of x64.S, which documents it; only the numbers of the system calls
// differ, and PlanEncoder.cs takes care of them.
        .set    CODE_BASE, 0x400000
        .set    PLAN_BASE, 0x800000
        .set    PLAN_SIZE, 0x400000
        .set    PLAN_MSG,  0x20000

        .section .text
ehdr:   .byte   0x7f,'E','L','F',2,1,1,0,0,0,0,0,0,0,0,0
        .short  2,183                       // ET_EXEC, EM_AARCH64
        .long   1
        .quad   CODE_BASE + (_start - ehdr)
        .quad   phdr - ehdr
        .quad   0
        .long   0
        .short  64,56,3,64,0,0
phdr:   .long   1,5
        .quad   0, CODE_BASE, CODE_BASE, end - ehdr, end - ehdr, 0x10000
        .long   1,6
        .quad   0, PLAN_BASE, PLAN_BASE, 0, PLAN_SIZE, 0x10000
        .long   0x6474e551,6
        .quad   0,0,0,0,0,16

_start: mov     x0, #3                      // read(3, PLAN_BASE, PLAN_MSG)
        mov     x1, #PLAN_BASE
        mov     x2, #PLAN_MSG
        mov     x8, #63
        svc     #0
        mov     x20, #PLAN_BASE             // x20 = plan base
        cmp     x0, #0
        b.le    abort0
run:    mov     x19, x20                    // x19 = current operation
loop:   ldr     w8, [x19]
        ldrh    w9, [x19, #4]
        ldp     x0, x1, [x19, #16]
        ldp     x2, x3, [x19, #32]
        ldp     x4, x5, [x19, #48]
        tbz     w9, #0, 1f
        ldr     x0, [x0]
1:      tbz     w9, #1, 1f
        ldr     x1, [x1]
1:      tbz     w9, #2, 1f
        ldr     x2, [x2]
1:      tbz     w9, #3, 1f
        ldr     x3, [x3]
1:      tbz     w9, #4, 1f
        ldr     x4, [x4]
1:      tbz     w9, #5, 1f
        ldr     x5, [x5]
1:      tbnz    w8, #31, alu
        svc     #0
store:  ldr     w9, [x19, #12]
        cbz     w9, 1f
        str     x0, [x20, x9]
1:      cmn     x0, #4095
        b.hs    error
        ldrh    w9, [x19, #6]               // onZero
        cbnz    x0, next
        cbnz    w9, goto
next:   add     x19, x19, #64
        b       loop
goto:   add     x19, x20, x9, lsl #6
        b       loop
alu:    and     x0, x0, x2
        sub     x0, x0, x1
        b       store
error:  neg     x0, x0
        ldrh    w9, [x19, #8]               // onErr
        cbz     w9, abort
        ldrh    w10, [x19, #10]             // errno filter
        cbz     w10, goto
        cmp     w0, w10
        b.eq    goto
abort:  sub     x19, x19, x20
        lsr     x19, x19, #6
abort1: orr     x0, x19, x0, lsl #32
        str     x0, [sp, #-16]!
        mov     x0, #3                      // write(3, sp, 8)
        mov     x1, sp
        mov     x2, #8
        mov     x8, #64
        svc     #0
        mov     x0, #127
        mov     x8, #94                     // exit_group(127)
        svc     #0
        brk     #0
abort0: neg     x0, x0
        mov     x19, #0xffff
        b       abort1
end:
