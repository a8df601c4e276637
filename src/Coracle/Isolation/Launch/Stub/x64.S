# The launch stub for x64: an ELF image without libc that interprets a launch plan. It uses no stack but 8 bytes when it fails.
# The bytes are in StubBytes.cs; ./assemble makes them from this file, and a test compares.
#
# It is written to a fresh sealed memfd and executed. fd 3 is a SOCK_SEQPACKET socket: one message, the plan (or its first
# part, see PlanEncoder.cs), is read to PLAN_BASE, and the operations run from the first on.
#
# operation (64 bytes):
#   0  u32 nr        syscall number; bit 31 set = ALU: result = (a0 & a2) - a1
#   4  u16 ind       bit i set: argument i is an address; use the u64 found there
#   6  u16 onZero    operation to go to when result == 0   (0 = next op)
#   8  u16 onErr     operation to go to on a tolerated error (0 = abort)
#  10  u16 errno     0 = any error is tolerated; else only this one is
#  12  u32 dst       offset from plan base where the u64 result is stored (0 = nowhere)
#  16  u64 a0..a5
# abort: write(3, {u32 operation, u32 errno}, 8); exit_group(127)

        .intel_syntax noprefix
        .set    CODE_BASE, 0x400000
        .set    PLAN_BASE, 0x800000
        .set    PLAN_SIZE, 0x400000        # bss reserved
        .set    PLAN_MSG,  0x20000         # largest first message (128 KiB)

        .section .text
ehdr:   .byte   0x7f,'E','L','F',2,1,1,0,0,0,0,0,0,0,0,0
        .short  2,62                        # ET_EXEC, EM_X86_64
        .long   1
        .quad   CODE_BASE + (_start - ehdr) # e_entry
        .quad   phdr - ehdr                 # e_phoff
        .quad   0
        .long   0
        .short  64,56,3,64,0,0
phdr:   .long   1,5                         # PT_LOAD R-X : this file
        .quad   0, CODE_BASE, CODE_BASE, end - ehdr, end - ehdr, 0x10000
        .long   1,6                         # PT_LOAD RW- : bss for the plan
        .quad   0, PLAN_BASE, PLAN_BASE, 0, PLAN_SIZE, 0x10000
        .long   0x6474e551,6                # PT_GNU_STACK, not executable
        .quad   0,0,0,0,0,16

_start: xor     eax, eax                    # read(3, PLAN_BASE, PLAN_MSG)
        lea     edi, [rax+3]
        mov     esi, PLAN_BASE
        mov     edx, PLAN_MSG
        syscall
        mov     r12, rsi                    # r12 = plan base
        neg     rax                         # host gone (0) or error: abort as operation 0xffff
        jns     abort0
run:    mov     rbx, r12                    # rbx = current operation
loop:   mov     eax, [rbx]
        movzx   ebp, word ptr [rbx+4]
        mov     rdi, [rbx+16]
        test    bpl, 1
        jz      1f
        mov     rdi, [rdi]
1:      mov     rsi, [rbx+24]
        test    bpl, 2
        jz      1f
        mov     rsi, [rsi]
1:      mov     rdx, [rbx+32]
        test    bpl, 4
        jz      1f
        mov     rdx, [rdx]
1:      mov     r10, [rbx+40]
        test    bpl, 8
        jz      1f
        mov     r10, [r10]
1:      mov     r8, [rbx+48]
        test    bpl, 16
        jz      1f
        mov     r8, [r8]
1:      mov     r9, [rbx+56]
        test    bpl, 32
        jz      1f
        mov     r9, [r9]
1:      test    eax, eax
        js      alu
        syscall
store:  mov     ecx, [rbx+12]
        test    ecx, ecx
        jz      1f
        mov     [r12+rcx], rax
1:      cmp     rax, -4095
        jae     error
        movzx   ecx, word ptr [rbx+6]       # onZero
        test    rax, rax
        jnz     next
        test    ecx, ecx
        jnz     goto
next:   add     rbx, 64
        jmp     loop
goto:   shl     ecx, 6
        lea     rbx, [r12+rcx]
        jmp     loop
alu:    mov     rax, rdi
        and     rax, rdx
        sub     rax, rsi
        jmp     store
error:  neg     rax
        movzx   ecx, word ptr [rbx+8]       # onErr
        test    ecx, ecx
        jz      abort
        movzx   edx, word ptr [rbx+10]      # errno filter
        test    edx, edx
        jz      goto
        cmp     eax, edx
        je      goto
abort:  sub     rbx, r12
        shr     rbx, 6
abort1: shl     rax, 32
        or      rax, rbx
        push    rax                         # {operation, errno}
        mov     eax, 1                      # write(3, rsp, 8)
        mov     edi, 3
        mov     rsi, rsp
        mov     edx, 8
        syscall
        mov     edi, 127
        mov     eax, 231                    # exit_group(127)
        syscall
        hlt
abort0: mov     ebx, 0xffff
        jmp     abort1
end:
